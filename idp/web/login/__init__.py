"""The pages of signing in: sign-in, one-time code, consent, registration, logout."""
