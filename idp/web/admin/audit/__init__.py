"""The console's pages of the audit log."""
