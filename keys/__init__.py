"""The life of signing keys: states, rotation, JWKS, signer, verifier."""
