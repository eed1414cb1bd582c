"""Officers' accounts, and when one may be used."""
