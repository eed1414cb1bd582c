"""The public transparency log: what was done to clients, keys and the administration, without personal data."""
