"""Rules of identity proofing."""
