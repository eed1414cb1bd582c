"""One-time codes by SMS and e-mail."""
