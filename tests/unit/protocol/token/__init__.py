"""The token endpoint, without a server."""
