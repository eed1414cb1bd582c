"""The legacy sign-on, in a real browser."""
