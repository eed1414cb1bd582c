"""The built-in test relying party."""
