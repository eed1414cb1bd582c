"""Use cases for relying parties: load, decide, commit."""
