"""Real servers and stores, started by the tests."""
