"""What tokens say, and what is read of those that are shown."""
