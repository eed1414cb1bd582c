"""`idp clients`, as operators run it."""
