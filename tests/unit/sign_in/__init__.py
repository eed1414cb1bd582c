"""Signing in, without a server."""
