"""The SQL stores: one set of tables and effects, written through SQLite or PostgreSQL."""
