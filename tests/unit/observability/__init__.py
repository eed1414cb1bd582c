"""How signing in goes, counted."""
