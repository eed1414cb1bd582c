"""The old dialect, on running systems."""
