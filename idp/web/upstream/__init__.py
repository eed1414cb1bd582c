"""The pages of signing in through VNeID and other providers."""
