"""Joinings and merges of accounts: their rows, reads and writes."""
