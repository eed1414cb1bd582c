"""Use cases of citizens, without a store."""
