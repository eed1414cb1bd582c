"""The console's pages of changes that wait for a second person."""
