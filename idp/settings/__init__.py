"""National settings: what the operators set for the whole country, read from documents that two people agreed on."""
