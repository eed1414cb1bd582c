"""Who does what in administration."""
