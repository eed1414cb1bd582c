"""WebAuthn by the `webauthn` package, which is spoken here and nowhere else."""
