"""Upstream providers, on running systems."""
