"""Tests of the demonstration portals and their launcher."""
