"""The addresses of the console that several of its parts lead to."""

HOME = "/admin"
KEYS = f"{HOME}/keys"
