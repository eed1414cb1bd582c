"""The framework of the administration API, on a table of the tests."""
