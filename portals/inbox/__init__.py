"""Demonstration inbox: the SMS and e-mail that would have been sent."""
