"""What a browser has: a session, its level, its end."""
