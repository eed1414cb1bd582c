"""Clients, on SQLite and PostgreSQL."""
