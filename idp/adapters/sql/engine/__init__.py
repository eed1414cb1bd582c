"""How SQL is run: two back ends behind one interface, their pools, batches and statements."""
