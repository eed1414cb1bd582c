"""The tree of agencies and its changes."""
