"""`idp doctor`."""
