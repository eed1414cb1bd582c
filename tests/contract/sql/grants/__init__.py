"""Grants, on SQLite and PostgreSQL."""
