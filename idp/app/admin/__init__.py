"""Wiring of administration: the same use cases for the console and the API."""
