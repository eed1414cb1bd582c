"""The composition root: its list of parts is the list of features."""
