"""Who hashes next: jobs wait by lane, and each lane has its places and its turns."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TypeVar

from idp.factors.password.ports import Lane

_Result = TypeVar("_Result")
# While both lanes wait, of so many turns one is anybody's: recognised devices do not starve the others either.
_TURNS = 4


class Lanes:
    """The waiting jobs of a pool; safe to use from its threads."""

    def __init__(self, places: int) -> None:
        """Take how many jobs of one lane may wait and run."""
        self._lock = threading.Lock()
        self._waiting: Mapping[Lane, deque[tuple[Callable[[], None], Callable[[], bool]]]] = {
            lane: deque() for lane in Lane
        }
        self._places = {lane: threading.Semaphore(places) for lane in Lane}
        self._turn = 0

    def take_place(self, lane: Lane, future: Future[_Result]) -> bool:
        """Take a place for a job until its future is done; False if the lane has none left.

        The place belongs to the work, not to the caller: a caller who gives up frees it only if the work had not
        begun, else when the thread is done with it. So no flood of cancelled requests gets more than its places.
        """
        if not self._places[lane].acquire(blocking=False):
            return False
        future.add_done_callback(lambda _: self._places[lane].release())
        return True

    def put(self, lane: Lane, job: Callable[[], None], cancel: Callable[[], bool]) -> None:
        """Queue a job; `cancel` tells its caller that it never begins."""
        with self._lock:
            self._waiting[lane].append((job, cancel))

    def next(self) -> Callable[[], None]:
        """Return the job whose turn it is; there is one for each call."""
        with self._lock:
            return self._waiting[self._chosen()].popleft()[0]

    def drop(self) -> None:
        """Cancel every job that waits."""
        with self._lock:
            dropped = [cancel for waiting in self._waiting.values() for _, cancel in waiting]
        for cancel in dropped:
            cancel()

    def _chosen(self) -> Lane:
        recognised, anybody = (bool(self._waiting[lane]) for lane in (Lane.RECOGNISED, Lane.ANYBODY))
        if recognised and anybody:
            self._turn = (self._turn + 1) % _TURNS
            return Lane.RECOGNISED if self._turn else Lane.ANYBODY
        return Lane.RECOGNISED if recognised else Lane.ANYBODY
