"""National settings, on SQLite and PostgreSQL."""
