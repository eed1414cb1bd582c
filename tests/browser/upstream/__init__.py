"""Upstream providers, in a real browser."""
