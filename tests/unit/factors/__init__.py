"""Factors, without a server."""
