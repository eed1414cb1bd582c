"""Sealed values: every column that holds some, and sealing them anew under a newer generation."""
