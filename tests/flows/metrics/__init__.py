"""Sign-in metrics, on running systems."""
