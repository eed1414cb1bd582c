"""Client authentication, without a server."""
