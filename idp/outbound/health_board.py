"""Shares the health of one service between processes through the short-lived store."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import orjson

from idp.kernel.clock import Clock
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.shortlived import ShortLivedStore
from idp.outbound import record as records
from idp.outbound.health import ServiceHealth, ServiceState
from idp.outbound.record import ServiceMemory, ServiceRecord
from records.structs import replace

# People wait on a page meanwhile; what takes longer is told as slow.
SLOW_AFTER = timedelta(seconds=2)
_KEPT_FOR = timedelta(days=1)
# Every question is noted in the process; the store hears of changes at once and of the rest now and then.
_SHARED_EVERY = timedelta(seconds=5)


class HealthBoard:
    """The health of one service: what this process saw, and what the others noted."""

    def __init__(self, name: str, store: ShortLivedStore, clock: Clock) -> None:
        """Take the service's name, where processes share notes, and the clock."""
        self._own = ServiceHealth(name, ServiceState.UNASKED)
        self._store = store
        self._clock = clock
        self._memory = ServiceMemory()
        self._shared_at: datetime | None = None

    async def note(self, *, fault: str, took: timedelta, open_circuit: bool) -> None:
        """Note how a question went ("" or the cause of its failure), how long it took, and if the circuit is open."""
        before, now, healthy = self._own, self._clock.now(), not fault
        self._memory.note(fault, took, now)
        state = _state(healthy=healthy, took=took, open_circuit=open_circuit)
        well = state is ServiceState.CLOSED
        goes_on = before.since is not None and well == (before.state is ServiceState.CLOSED)
        self._own = ServiceHealth(
            name=before.name,
            state=state,
            since=before.since if goes_on else now,
            last_answer_at=now if healthy else before.last_answer_at,
            asked_at=now,
        )
        if state is not before.state or self._shared_at is None or now - self._shared_at >= _SHARED_EVERY:
            self._shared_at = now
            await self._share()

    async def read(self, *, probing: bool = False) -> ServiceHealth:
        """Return the note of the process that asked last; `probing` if this one is trying the register now."""
        own, (other, _) = self._own, await self._others()
        if other is not None and self._is_later(other):
            return other
        return replace(own, state=ServiceState.HALF_OPEN) if probing else own

    async def record(self) -> ServiceRecord:
        """Return how the service did lately, as the process saw it that asked last."""
        other, record = await self._others()
        return record if other is not None and self._is_later(other) else self._memory.record()

    def _is_later(self, other: ServiceHealth) -> bool:
        asked_at = self._own.asked_at
        return asked_at is None or (other.asked_at or asked_at) > asked_at

    @property
    def _key(self) -> str:
        return f"line-health:{self._own.name}"

    async def _share(self) -> None:
        try:
            note = {**_written(self._own), "record": records.written(self._memory.record())}
            await self._store.put(self._key, orjson.dumps(note), _KEPT_FOR)
        except TemporarilyUnavailableError:
            # The store being away must not cost the person the register's answer.
            self._shared_at = None

    async def _others(self) -> tuple[ServiceHealth | None, ServiceRecord]:
        try:
            value = await self._store.get(self._key)
            return (None, ServiceRecord()) if value is None else _read(self._own.name, orjson.loads(value))
        except (TemporarilyUnavailableError, ValueError):
            return None, ServiceRecord()


def _state(*, healthy: bool, took: timedelta, open_circuit: bool) -> ServiceState:
    if open_circuit:
        return ServiceState.OPEN
    return ServiceState.CLOSED if healthy and took <= SLOW_AFTER else ServiceState.SLOW


def _written(health: ServiceHealth) -> Mapping[str, object]:
    # Times are written as RFC 3339 has them.
    return {
        "state": health.state,
        "since": health.since,
        "last_answer_at": health.last_answer_at,
        "asked_at": health.asked_at,
    }


def _read(name: str, noted: object) -> tuple[ServiceHealth, ServiceRecord]:
    if not isinstance(noted, dict):
        raise ValueError("not a note")  # noqa: TRY004 - one error for every note that cannot be read
    since, answered, asked = (_time(noted.get(field)) for field in ("since", "last_answer_at", "asked_at"))
    return ServiceHealth(name, ServiceState(str(noted.get("state"))), since, answered, asked), records.read(
        noted.get("record")
    )


def _time(written: object) -> datetime | None:
    return datetime.fromisoformat(written) if isinstance(written, str) else None
