"""`idp transparency`."""
