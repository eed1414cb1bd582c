"""Who administers, with which roles."""
