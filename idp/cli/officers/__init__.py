"""`idp officers` and `idp admins`."""
