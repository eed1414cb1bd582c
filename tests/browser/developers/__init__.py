"""The developers' corner, in a real browser."""
