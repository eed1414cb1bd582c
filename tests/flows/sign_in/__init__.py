"""Signing in, on running systems."""
