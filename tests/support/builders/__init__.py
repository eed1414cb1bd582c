"""Facts and effects for tests, made with defaults."""
