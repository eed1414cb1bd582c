"""Two accounts of one human: set aside, joined, merged, and parted again."""
