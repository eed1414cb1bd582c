"""Accounts at upstream providers."""
