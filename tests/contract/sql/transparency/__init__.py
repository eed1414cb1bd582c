"""The transparency log, on SQLite and PostgreSQL."""
