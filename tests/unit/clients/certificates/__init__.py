"""Certificates by which clients are known."""
