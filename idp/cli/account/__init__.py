"""`idp accounts`."""
