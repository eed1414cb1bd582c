"""Upstream providers, on SQLite and PostgreSQL."""
