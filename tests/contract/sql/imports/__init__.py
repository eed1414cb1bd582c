"""Imports, on SQLite and PostgreSQL."""
