"""`idp audit` and `idp transparency`, as operators run them."""
