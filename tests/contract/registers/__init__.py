"""The contract of the population register."""
