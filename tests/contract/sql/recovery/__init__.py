"""Recovery, on SQLite and PostgreSQL."""
