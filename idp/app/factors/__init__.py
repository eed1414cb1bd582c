"""Wiring of passwords, passkeys and second factors."""
