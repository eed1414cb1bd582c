"""Signing in, on SQLite and PostgreSQL."""
