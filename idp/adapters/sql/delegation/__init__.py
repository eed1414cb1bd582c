"""Organisations and mandates."""
