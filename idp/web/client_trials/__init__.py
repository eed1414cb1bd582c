"""The pages on which a client is tried out."""
