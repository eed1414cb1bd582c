"""What works now, told to everybody."""
