"""The pages of recovery, and "this was not me"."""
