"""Client trials, in a real browser."""
