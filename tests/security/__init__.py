"""Attacks: hostile bytes, canaries, stolen stores, poisoned hosts."""
