"""The tree of agencies, and what each holds."""
