"""National settings, changed only by two."""
