"""Passwords: the policy and the hashing pool."""
