"""`idp passwords`, and wrapping imported hashes."""
