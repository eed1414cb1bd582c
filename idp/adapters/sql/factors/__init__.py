"""What a person signs in with besides the password, the contacts behind it, and changes that wait."""
