"""A person's own account, on running systems."""
