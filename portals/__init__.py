"""Demonstration programs around the provider: portals, register simulator, inbox."""
