"""The running system, seen through a real browser."""
