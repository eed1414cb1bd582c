"""Accounts: what a proof counts as."""
