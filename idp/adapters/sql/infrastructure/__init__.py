"""The database itself, what waits to be sent, and what is swept away."""
