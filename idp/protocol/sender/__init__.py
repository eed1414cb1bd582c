"""Sender constraint: tokens that only the holder of a key or a certificate may show (RFC 9449, RFC 8705)."""
