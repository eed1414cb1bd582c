"""Registration, on running systems."""
