"""One person, found for a purpose that the person reads."""
