"""Sign-in metrics, on SQLite and PostgreSQL."""
