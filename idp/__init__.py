"""The national sign-on provider."""
