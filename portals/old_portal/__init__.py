"""A portal that was written against today's sign-on, moved by its host name alone."""
