"""Software that others wrote, as relying parties of a running provider."""
