"""Browsers that an account knows, and counts that must not be forgotten."""
