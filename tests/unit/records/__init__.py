"""Records: copied, and never printed where they hold a secret."""
