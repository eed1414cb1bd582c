"""Where a client may be reached."""
