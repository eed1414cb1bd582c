"""The old face: addresses of today's sign-on over the use cases of the house."""
