"""Modules of certification plans that no other flow holds, one file a plan (docs/conformance.md)."""
