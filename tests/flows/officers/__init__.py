"""Officers, on running systems."""
