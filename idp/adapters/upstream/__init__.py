"""Upstream OpenID providers, spoken to over HTTP."""
