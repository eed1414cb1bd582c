"""How signing in goes, counted without anybody: no person, session, address or browser ever reaches this package."""
