"""Rules of the background jobs."""
