"""What a person is told about their account: notices, text messages, e-mails, and their limits."""
