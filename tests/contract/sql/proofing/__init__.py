"""Proofing, on SQLite and PostgreSQL."""
