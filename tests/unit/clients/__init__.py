"""Unit tests of the registry of relying parties."""
