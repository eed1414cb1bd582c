"""Outbound services: keeps one that is slow or silent from harming the rest, and knows how each is doing."""
