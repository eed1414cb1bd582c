"""Authentication factors: passwords, passkeys, apps, codes, contacts, and changes of them that wait."""
