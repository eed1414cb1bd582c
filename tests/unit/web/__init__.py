"""The web edge without a network."""
