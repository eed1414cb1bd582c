"""The suites that every SQL back end passes."""
