"""Recovery codes: printed once, each used once."""
