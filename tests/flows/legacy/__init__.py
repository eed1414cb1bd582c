"""The legacy sign-on, on running systems."""
