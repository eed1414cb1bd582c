"""What was agreed with clients, and their tokens' families."""
