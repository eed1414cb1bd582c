"""The legacy sign-on, without a server."""
