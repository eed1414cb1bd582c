"""The console's pages of dynamic registration."""
