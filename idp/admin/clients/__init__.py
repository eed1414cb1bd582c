"""Registrations of clients, from the sandbox to production, and how their servers work."""
