"""The passwords that breaches have made known, kept in a file beside the process."""
