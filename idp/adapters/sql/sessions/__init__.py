"""Sessions, and the mandate that one acts under."""
