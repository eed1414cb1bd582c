"""What was agreed: codes, grants, refresh families, revocations."""
