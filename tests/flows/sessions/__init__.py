"""Sessions, on running systems."""
