"""What endpoints refused of a client, counted by cause: so much is kept of it, however much is sent."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from clients.model import ClientId
from idp.audit.model import COUNTED, RecordEvent
from idp.kernel.effects import Effect, Ledger
from records.structs import replace

# Causes of one client that are kept, of those that it proved itself for and of the others each: more than there are.
MOST_CAUSES = 200
# Of one cause this process writes so often; what comes between is added up.
PAUSE = timedelta(seconds=10)
_LONGEST, _MOST_REMEMBERED = 200, 4096


class RefusedAt(StrEnum):
    """Which endpoint refused."""

    TOKEN = "token"  # noqa: S105 (the name of an endpoint)
    PUSHED_REQUEST = "pushed_request"
    DEVICE = "device_authorization"
    BACKCHANNEL = "backchannel_authentication"
    INTROSPECTION = "introspection"
    REVOCATION = "revocation"
    REGISTRATION = "registration"


class Refusal(Struct, frozen=True, kw_only=True):
    """One refused request of a client, or of somebody who names it.

    `proven` says which: what proves nothing can be sent by anybody who knows the client's id, and is told apart.
    """

    client_id: ClientId
    endpoint: RefusedAt
    proven: bool
    # The public error code, and what was wrong, in our own words.
    code: str
    said: str


class CountRefusals(Effect):
    """Add refusals of one cause. A cause that is new is left out where the client has `most` of its kind."""

    refusal: Refusal
    times: int
    first_at: datetime
    last_at: datetime
    most: int


class CountedRefusals(Struct, frozen=True):
    """How often one cause was refused, and when."""

    refusal: Refusal
    times: int
    first_at: datetime
    last_at: datetime


class RefusalReader(Protocol):
    """Reads what was refused of a client."""

    async def refusals(self, client_id: ClientId) -> Sequence[CountedRefusals]:
        """Return every cause that is kept, the latest first."""


class _Waiting(Struct):
    """What one cause has come to since it was written last."""

    written_at: datetime
    count: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None


class RefusalTally:
    """Adds refusals up in this process: a flood of one cause is one write in ten seconds."""

    def __init__(self, ledger: Ledger, most: int = _MOST_REMEMBERED) -> None:
        self._ledger = ledger
        self._most = most
        self._waiting: OrderedDict[Refusal, _Waiting] = OrderedDict()

    def count(self, refusal: Refusal, now: datetime) -> None:
        """Count one refusal; the first of its cause is written at once."""
        known = self._waiting.get(refusal)
        if known is None:
            self._waiting[refusal] = _Waiting(now)
            self._write(refusal, 1, now, now)
            self._forget_the_oldest()
            return
        self._waiting.move_to_end(refusal)
        known.count += 1
        known.first_at, known.last_at = known.first_at or now, now
        if now - known.written_at >= PAUSE:
            self._write_out(refusal, known)
            known.written_at, known.count, known.first_at = now, 0, None

    def _forget_the_oldest(self) -> None:
        if len(self._waiting) > self._most:
            refusal, waiting = self._waiting.popitem(last=False)
            self._write_out(refusal, waiting)

    def _write_out(self, refusal: Refusal, waiting: _Waiting) -> None:
        if waiting.first_at is not None and waiting.last_at is not None:
            self._write(refusal, waiting.count, waiting.first_at, waiting.last_at)

    def _write(self, refusal: Refusal, count: int, first_at: datetime, last_at: datetime) -> None:
        self._ledger.enqueue(
            CountRefusals(refusal=refusal, times=count, first_at=first_at, last_at=last_at, most=MOST_CAUSES)
        )


def counted_at(event: RecordEvent, endpoint: RefusedAt) -> RecordEvent:
    """Return the event of a request that its endpoint counts besides."""
    return replace(event, details={**event.details, COUNTED: endpoint.value})


def refusal_of(client_id: ClientId, endpoint: RefusedAt, code: str, said: str, *, proven: bool) -> Refusal:
    """Return a refusal as it is counted: no longer than our own words are."""
    return Refusal(client_id=client_id, endpoint=endpoint, proven=proven, code=code[:_LONGEST], said=said[:_LONGEST])
