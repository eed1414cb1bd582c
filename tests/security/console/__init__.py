"""Pages of the console at the in-process edge."""
