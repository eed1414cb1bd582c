"""Officers, on SQLite and PostgreSQL."""
