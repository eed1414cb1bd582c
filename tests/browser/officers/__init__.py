"""Officers, in a real browser."""
