"""Unit tests: no sockets, no clock."""
