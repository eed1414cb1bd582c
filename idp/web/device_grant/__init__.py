"""The pages of a device that asks to sign in (RFC 8628 3.3)."""
