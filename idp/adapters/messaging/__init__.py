"""Messages to people through the operator's gateway."""
