"""The console's pages of agencies."""
