"""Unit tests of the master key providers."""
