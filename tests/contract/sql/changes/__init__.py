"""Changes that wait for a second person, on SQLite and PostgreSQL."""
