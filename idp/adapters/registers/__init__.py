"""The State's registers, spoken to in their own message structures."""
