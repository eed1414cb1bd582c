"""The old dialect, in a real browser."""
