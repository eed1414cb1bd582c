"""The public transparency log, decided purely."""
