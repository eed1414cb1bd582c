"""Dynamic registration, without a server."""
