"""`idp doctor`, as operators run it."""
