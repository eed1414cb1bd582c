"""The console's pages of clients: registration, health, trials."""
