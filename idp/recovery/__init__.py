"""Recovery of an account, and "this was not me"."""
