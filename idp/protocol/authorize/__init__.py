"""The authorization endpoint: checks, what the person must still do, and the answer."""
