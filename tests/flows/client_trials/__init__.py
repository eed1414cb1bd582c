"""Client trials, on running systems."""
