"""A person's own account, without a server."""
