"""Who: persons, their accounts, identifiers, contacts and consents."""
