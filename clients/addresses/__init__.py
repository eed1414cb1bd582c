"""Addresses of clients: how they are read, which ones may be registered, and which are of this machine."""
