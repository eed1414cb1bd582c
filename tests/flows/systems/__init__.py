"""Whole systems: crashes, losses, several processes, on running systems."""
