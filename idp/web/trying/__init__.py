"""Trying a client out: the room of the test relying party, in the browser that holds a run."""
