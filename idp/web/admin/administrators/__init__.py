"""The console's pages of administrators and their roles."""
