"""One file for each step: expand, backfill, contract."""
