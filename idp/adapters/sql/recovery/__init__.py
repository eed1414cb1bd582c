"""Recoveries of accounts."""
