"""Acting for others: organisations, children, and the mandates that people give."""
