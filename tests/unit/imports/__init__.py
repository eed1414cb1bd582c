"""Imports, without a server."""
