"""The registry of relying parties: metadata rules, redirect URIs, secrets, lifecycle."""
