"""Who sends a request, without a server."""
