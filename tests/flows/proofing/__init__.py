"""Proofing, on running systems."""
