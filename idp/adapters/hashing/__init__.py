"""Password hashing in its own bounded pool, never on the event loop."""
