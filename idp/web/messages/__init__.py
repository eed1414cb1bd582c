"""The texts of text messages and e-mails."""
