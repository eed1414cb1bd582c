"""The words and addresses of today's sign-on."""
