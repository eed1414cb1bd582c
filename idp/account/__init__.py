"""Persons and their accounts, and what a person sees and does at their own account."""
