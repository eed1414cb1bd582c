"""A person's own account, in a real browser."""
