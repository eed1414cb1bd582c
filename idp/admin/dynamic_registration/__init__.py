"""Dynamic client registration: who may register by whose token, and what becomes of it."""
