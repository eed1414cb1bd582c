"""`make bench`: the provider under load, beside a bare server and its peers."""
