"""Rules of dynamic client registration and its management (RFC 7591, RFC 7592, OIDC Registration 1.0)."""
