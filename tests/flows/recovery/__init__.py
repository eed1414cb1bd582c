"""Recovery, on running systems."""
