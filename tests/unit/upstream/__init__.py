"""Upstream providers: the rules alone, without a network."""
