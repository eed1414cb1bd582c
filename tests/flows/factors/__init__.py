"""Factors, on running systems."""
