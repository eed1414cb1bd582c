"""Unit tests of the life of signing keys."""
