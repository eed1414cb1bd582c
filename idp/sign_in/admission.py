"""Admission by capacity: a process serves only as many sign-ins at once as it finishes before people give up."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from idp.kernel.errors import BusyError

# A person sits through this before a page looks broken.
PATIENCE = timedelta(seconds=2)
_LEAST = 8


class Admission:
    """Counts who is being served in this process, and turns the next away where their turn would come too late."""

    def __init__(self, most: int) -> None:
        """Take how many may be inside."""
        self.most = most
        self._inside = 0

    @classmethod
    def of_rate(cls, per_second: float) -> "Admission":
        """Return the number that is served within `PATIENCE` at a rate that was measured."""
        return cls(max(_LEAST, int(per_second * PATIENCE.total_seconds())))

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place while the block runs. Raises `BusyError` when none is left."""
        if self._inside >= self.most:
            raise BusyError("as many are served as can be", retry_after=PATIENCE)
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
