"""Officers: accounts that an agency issues, their roles, and assisted filing at a counter."""
