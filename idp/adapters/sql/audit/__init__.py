"""The log of events and the chain that seals it."""
