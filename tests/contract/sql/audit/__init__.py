"""The audit log, on SQLite and PostgreSQL."""
