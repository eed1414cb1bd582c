"""Recovery, without a server."""
