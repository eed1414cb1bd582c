"""The short-lived store: one suite, held by the in-process store and by Redis."""
