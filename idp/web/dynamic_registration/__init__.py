"""The endpoints where clients register and manage themselves."""
