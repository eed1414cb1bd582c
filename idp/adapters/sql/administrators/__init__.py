"""Roles of administrators, and who is tied to whom."""
