"""Counts in the memory of one process until a job takes what was counted. Adding one is an entry of a dictionary.

Whoever is counted is not here: calls take the client of the registry, words of closed sets, and times.
"""

from datetime import UTC, datetime

from clients.local_days import VIETNAM
from clients.model import Client, ClientId
from clients.trial_client import is_trial_client
from idp.kernel.clock import Clock
from idp.metrics.model import Cause, Counted, CountKey, Measure, Method, Place
from idp.metrics.times import NO_TIME, slot_of


class MetricsCounter:
    """What was counted since it was last taken."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock that says which hour it is."""
        self._clock = clock
        self._counts: dict[CountKey, int] = {}
        # Answers of the day that is not over.
        self._ratings: dict[CountKey, int] = {}

    def started(self, client: Client, step: Place, began_at: datetime) -> None:
        """Count a request that needs the person, by the first page."""
        self._of(client, Measure.START, began_at, step=step)

    def reached(self, client: Client, step: Place, began_at: datetime) -> None:
        """Count a step that a person was led to, in a request that began then."""
        self._of(client, Measure.REACHED, began_at, step=step)

    def passed(self, client: Client, step: Place, began_at: datetime) -> None:
        """Count a step that was done."""
        self._of(client, Measure.PASSED, began_at, step=step)

    def turned_back(self, client: Client, step: Place, began_at: datetime) -> None:
        """Count a step that led to nothing without ending its request."""
        self._of(client, Measure.TURNED_BACK, began_at, step=step)

    def completed(self, client: Client, method: Method, began_at: datetime, *, signed_in: bool) -> None:
        """Count a code that a started request ended with; its time counts where the person signed in for it."""
        slot = slot_of(self._clock.now() - began_at) if signed_in else NO_TIME
        step = Place.SIGN_IN if signed_in else Place.NONE
        self._of(client, Measure.COMPLETION, began_at, method=method, step=step, slot=slot)

    def refused(self, client: Client, cause: str, began_at: datetime, step: Place = Place.NONE) -> None:
        """Count a started request that ended with a no, at the step where the person said it."""
        self._of(client, Measure.REFUSAL, began_at, step=step, cause=Cause.of(cause))

    def silent(self, client: Client, method: Method) -> None:
        """Count a code that nobody was asked for."""
        self._of(client, Measure.SILENT, self._clock.now(), method=method)

    def failed(self, client: Client | None, step: Place, cause: str) -> None:
        """Count what did not do."""
        self._of(client, Measure.FAILURE, self._clock.now(), step=step, cause=Cause.of(cause))

    def helped(self, client: Client | None, step: Place, cause: str = "") -> None:
        """Count help: a page that offers it, or recovery begun; of a client where the page knows one."""
        shown = Cause.of(cause) if cause else Cause.NONE
        self._of(client, Measure.HELP, self._clock.now(), step=step, cause=shown)

    def rated(self, client: Client | None, step: Place, method: Method, score: int) -> None:
        """Count an answer to "how was it?", of a day: who answers alone in an hour could be told by it."""
        self._of(client, Measure.RATING, self._day(), method=method, step=step, slot=score)

    def at_ceiling(self, percent: int) -> None:
        """Count that so many of a hundred text messages that the service may send in an hour have left."""
        self._of(None, Measure.CEILING, self._clock.now(), slot=percent)

    def take(self, *, ends: bool = False) -> tuple[Counted, ...]:
        """Return what was counted and begin at nothing; in the order of its keys, as the store locks its rows.

        Answers are kept until their day is over, or the process `ends`: who reads the store twice in a day would see
        after whose sign-in a number grew.
        """
        today = self._day()
        over = {key: amount for key, amount in self._ratings.items() if ends or key.hour_at < today}
        self._ratings = {key: amount for key, amount in self._ratings.items() if key not in over}
        taken, self._counts = {**self._counts, **over}, {}
        return tuple(Counted(key, taken[key]) for key in sorted(taken))

    def _day(self) -> datetime:
        """Return the beginning of this day in Vietnam."""
        return self._clock.now().astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)

    def _of(
        self,
        client: Client | None,
        measure: Measure,
        at: datetime,
        *,
        method: Method = Method.NONE,
        step: Place = Place.NONE,
        cause: Cause = Cause.NONE,
        slot: int = 0,
    ) -> None:
        if client is not None and is_trial_client(client.client_id):
            # Trying out is nobody's sign-in.
            return
        hour = at.replace(minute=0, second=0, microsecond=0)
        client_id, service = (client.client_id, client.service_class) if client else ("", "")
        self._add(CountKey(hour, measure, ClientId(client_id), service, method, step, cause, slot), 1)

    def _add(self, key: CountKey, amount: int) -> None:
        counts = self._ratings if key.measure is Measure.RATING else self._counts
        counts[key] = counts.get(key, 0) + amount
