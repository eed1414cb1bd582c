"""Initial access tokens, registrations that are managed by a token, and publishers of software."""
