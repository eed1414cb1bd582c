"""What is wrong with some members of a client together; `clients.consistency` has the table of them."""
