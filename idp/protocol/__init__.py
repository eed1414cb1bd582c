"""OAuth 2 and OpenID Connect rules: snapshot in, answer and effects out. No I/O, no clock, no settings."""
