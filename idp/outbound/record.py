"""The recent record of a service: how long its answers took, and why questions failed."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

# Enough for a p95 that one late answer does not make, little enough to be shared with every note.
_REMEMBERED = 200
# Causes are words of ours; only codes of HTTP make many of them.
_CAUSES = 12


class FaultKind(StrEnum):
    """What a failure means for whoever has to mend it; each has its remedy in words."""

    TIMEOUT = "timeout"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    # Our own guard did not let the call out.
    GUARD = "guard"
    # It answered that we may not ask: credentials that are wrong or have expired.
    CREDENTIALS = "credentials"
    # It answered, and that it is in trouble itself.
    ITS_TROUBLE = "its_trouble"
    # It answered something that is no answer to this question.
    ANSWER = "answer"


_KINDS: Mapping[str, FaultKind] = {
    "timeout": FaultKind.TIMEOUT,
    "connection": FaultKind.CONNECTION,
    "certificate": FaultKind.CERTIFICATE,
    "refused": FaultKind.GUARD,
    "http_401": FaultKind.CREDENTIALS,
    "http_403": FaultKind.CREDENTIALS,
    "http_407": FaultKind.CREDENTIALS,
    "fault": FaultKind.ITS_TROUBLE,
}


class Fault(Struct, frozen=True):
    """One cause in the word that the service uses, how often it was met since the process began, and when last."""

    cause: str
    count: int
    last_at: datetime

    @property
    def kind(self) -> FaultKind:
        """Return what it means."""
        its_trouble = self.cause.startswith("http_5")
        return _KINDS.get(self.cause, FaultKind.ITS_TROUBLE if its_trouble else FaultKind.ANSWER)


class Pace(Struct, frozen=True):
    """How long half of the last answers took at most, and 95 in a hundred of them."""

    p50: timedelta
    p95: timedelta
    counted: int


class ServiceRecord(Struct, frozen=True):
    """How a service did lately, as the process saw it that asked last; faults with the latest first."""

    pace: Pace | None = None
    faults: tuple[Fault, ...] = ()


class ServiceMemory:
    """Remembers the last answers and the causes of failures of one service in one process."""

    def __init__(self) -> None:
        self._took: deque[timedelta] = deque(maxlen=_REMEMBERED)
        self._faults: dict[str, Fault] = {}

    def note(self, cause: str, took: timedelta, now: datetime) -> None:
        """Remember how one question went; `cause` is empty where it went well."""
        if not cause:
            self._took.append(took)
            return
        before = self._faults.pop(cause, None)
        self._faults[cause] = Fault(cause, before.count + 1 if before else 1, now)
        if len(self._faults) > _CAUSES:
            # Put back at the end with each failure, so that the first is the one not met for longest.
            del self._faults[next(iter(self._faults))]

    def record(self) -> ServiceRecord:
        """Return what is remembered."""
        took = sorted(self._took)
        pace = Pace(_at(took, 50), _at(took, 95), len(took)) if took else None
        return ServiceRecord(pace, tuple(reversed(self._faults.values())))


def written(record: ServiceRecord) -> Mapping[str, object]:
    """Return a record as it is shared between processes."""
    pace = record.pace
    microseconds = timedelta(microseconds=1)
    return {
        "pace": [pace.p50 // microseconds, pace.p95 // microseconds, pace.counted] if pace else None,
        "faults": [[one.cause, one.count, one.last_at] for one in record.faults],
    }


def read(noted: object) -> ServiceRecord:
    """Return a record that another process shared; an empty one where it shared none. Raises ValueError."""
    if not isinstance(noted, dict):
        return ServiceRecord()
    try:
        pace = noted.get("pace")
        faults = tuple(
            Fault(str(cause), int(n), datetime.fromisoformat(at)) for cause, n, at in noted.get("faults", ())
        )
        return ServiceRecord(_pace(*pace) if pace else None, faults)
    except TypeError as error:
        raise ValueError("not a record") from error


def _pace(p50: int, p95: int, counted: int) -> Pace:
    return Pace(timedelta(microseconds=p50), timedelta(microseconds=p95), counted)


def _at(took: list[timedelta], percent: int) -> timedelta:
    # The nearest rank: the smallest that so many of them do not exceed.
    return took[-(-len(took) * percent // 100) - 1]
