"""Use cases put together for a test, on any store."""
