"""A demonstration relying party: how a portal team connects to the provider."""
