"""The transparency log, in a real browser."""
