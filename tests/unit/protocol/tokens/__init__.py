"""Tokens and what they are exchanged for, without a server."""
