"""National settings."""
