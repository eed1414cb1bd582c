"""Accounts that come from an older system, in files."""
