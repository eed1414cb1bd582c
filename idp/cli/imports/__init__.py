"""`idp accounts import`."""
