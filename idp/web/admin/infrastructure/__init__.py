"""The console's pages of keys, registers and upstream providers."""
