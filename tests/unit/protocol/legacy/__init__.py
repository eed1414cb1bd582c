"""The old dialect, without a server."""
