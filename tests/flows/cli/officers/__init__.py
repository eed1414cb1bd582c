"""`idp officers`, `idp admins` and `idp agencies`, as operators run them."""
