"""Agencies, on SQLite and PostgreSQL."""
