"""Acting for others, on SQLite and PostgreSQL."""
