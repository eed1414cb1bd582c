"""Requests of devices, without a server."""
