"""Closed sets of texts."""
