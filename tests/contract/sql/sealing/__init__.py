"""Sealed values, on SQLite and PostgreSQL."""
