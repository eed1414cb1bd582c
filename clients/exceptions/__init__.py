"""Exceptions that a client has until a day: each weakens a defence, and none renews itself."""
