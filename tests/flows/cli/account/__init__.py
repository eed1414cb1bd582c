"""`idp accounts`, as operators run it."""
