"""How long a proved identity counts, and from when on it is checked anew."""

from datetime import timedelta

# People change names, numbers and civil status; after a year the register is asked again (by the worker, a month
# early, so that nobody notices unless the register has been away for all of it).
PROOF_LIFE = timedelta(days=365)
RECHECK_AFTER = timedelta(days=335)
