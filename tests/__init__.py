"""The tests of the national sign-on provider."""
