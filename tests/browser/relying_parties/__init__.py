"""Libraries that others wrote, in pages at origins of their own."""
