"""The endpoints of relying parties, on running systems."""
