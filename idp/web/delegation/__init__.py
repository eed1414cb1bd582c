"""The pages of acting for others: organisations, children, mandates."""
