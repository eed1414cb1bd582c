"""Administration, on running systems."""
