"""The old face: addresses of today's sign-on over the provider's use cases."""
