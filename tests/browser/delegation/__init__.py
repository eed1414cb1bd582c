"""Acting for others, in a real browser."""
