"""Agencies, without a server."""
