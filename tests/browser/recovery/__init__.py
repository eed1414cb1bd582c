"""Recovery, in a real browser."""
