"""The console's pages of national settings."""
