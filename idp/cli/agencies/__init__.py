"""`idp agencies`."""
