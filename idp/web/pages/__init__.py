"""Every page as typed data: what a handler must know to show it."""
