"""Acting for others, on running systems."""
