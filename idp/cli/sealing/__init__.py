"""`idp keys`: signing keys, and generations of the root key."""
