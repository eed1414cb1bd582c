"""The console's pages of people."""
