"""Exceptions that a client has until a day."""
