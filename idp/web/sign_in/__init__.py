"""The pages of an authorization request: signing in, second step, step-up, consent."""
