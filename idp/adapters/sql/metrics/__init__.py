"""Numbers of sign-ins by hour and by day."""
