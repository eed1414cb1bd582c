"""Factors, in a real browser."""
