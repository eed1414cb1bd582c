"""A person's own account, on SQLite and PostgreSQL."""
