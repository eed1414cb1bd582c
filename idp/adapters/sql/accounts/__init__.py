"""Persons and accounts: how they are found, opened, sealed and forgotten."""
