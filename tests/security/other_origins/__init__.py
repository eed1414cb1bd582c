"""What scripts of other origins may read."""
