"""Changes under two pairs of eyes."""
