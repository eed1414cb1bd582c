"""Sign-in metrics, without a server."""
