"""Answers of registers, and questions that wait for them."""
