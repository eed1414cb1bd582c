"""Signing out and watching a session, in a real browser."""
