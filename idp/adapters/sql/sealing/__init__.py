"""Sealed rows, found and exchanged by the sweep that seals them anew."""
