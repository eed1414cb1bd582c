"""Requests, good and hostile."""
