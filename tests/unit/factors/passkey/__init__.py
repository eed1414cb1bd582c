"""Passkeys: challenges, ceremonies, proofs, one's own."""
