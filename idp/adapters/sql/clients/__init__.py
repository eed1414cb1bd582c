"""Registrations of clients, their logos, and what is known of their servers."""
