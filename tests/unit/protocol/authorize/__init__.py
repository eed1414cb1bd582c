"""Authorization requests, without a server."""
