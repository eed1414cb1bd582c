"""What a client offers other services."""
