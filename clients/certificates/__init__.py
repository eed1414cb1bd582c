"""Clients that prove themselves by a certificate (RFC 8705)."""
