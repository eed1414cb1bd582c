"""Accounts that come from another system."""
