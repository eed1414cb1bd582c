"""The token endpoint: a module for each grant."""
