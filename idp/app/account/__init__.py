"""Wiring of a person's own account."""
