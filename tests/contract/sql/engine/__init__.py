"""The engines and what every store shares, on SQLite and PostgreSQL."""
