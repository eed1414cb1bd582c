"""The SQL adapters, as far as they need no database."""
