"""Upstream OpenID providers: who they are, what we ask them, and what of their answers is believed."""
