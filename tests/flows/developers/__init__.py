"""The developers' corner, on running systems."""
