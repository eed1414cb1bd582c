"""The built-in test relying party: runs a client's own configuration with invented people and explains every step."""
