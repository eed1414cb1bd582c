"""The short-lived store in the process itself: the embedded default, for one process only."""
