"""Acting for others, without a server."""
