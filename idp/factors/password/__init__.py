"""Passwords: which ones are accepted, and the port of what hashes them."""
