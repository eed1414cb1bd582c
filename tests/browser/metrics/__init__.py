"""Sign-in metrics, in a real browser."""
