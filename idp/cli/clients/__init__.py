"""`idp clients` and `idp sandbox`."""
