"""Wiring of acting for others."""
