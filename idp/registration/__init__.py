"""Opening an account: what is declared, proved by a register, and opened."""
