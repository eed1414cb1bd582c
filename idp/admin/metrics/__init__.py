"""How signing in goes."""
