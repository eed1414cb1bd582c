"""Factors, on SQLite and PostgreSQL."""
