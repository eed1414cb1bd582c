"""How a client proves itself, a module for each method."""
