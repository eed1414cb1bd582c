"""The audit log as administrators search it: what an event shows, what can be looked for, how the log is read."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Protocol

from msgspec import Struct, field

from clients.model import ClientId
from idp.audit.model import ACTOR, EventName
from idp.kernel.ids import AccountId, EventId, PersonId, SessionId, first_id

# What no id is below, and what every id is below.
_FIRST, _BEYOND = "", "w"


class LoggedEvent(Struct, frozen=True):
    """One event as it is stored. The name is a text: a log may hold what another version or another hand wrote."""

    id: EventId
    name: str
    at: datetime
    reason: str
    client_id: ClientId | None
    person_id: PersonId | None
    session_id: SessionId | None
    correlation_id: str
    address: str
    port: int
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def actor(self) -> str | None:
        """Return the account of the administrator who acted, if one did."""
        return self.details.get(ACTOR)


class Span(Struct, frozen=True):
    """A stretch of the log by ids, which are in the order of time: from the one up to before the other."""

    from_id: str = _FIRST
    before_id: str = _BEYOND


class By(Enum):
    """What the log is read by; each has an index that gives the newest first."""

    TIME = auto()
    NAME = auto()
    CLIENT = auto()
    # The account of an administrator who acted.
    ACTOR = auto()
    # Whom an event is about, by account.
    ACCOUNT = auto()


class AuditReader(Protocol):
    """Reads the log, newest first."""

    async def newest_first(self, by: By, value: str, span: Span, limit: int) -> Sequence[LoggedEvent]:
        """Return up to `limit` events of a span that one thing is true of; `value` says nothing for `By.TIME`."""

    async def person_of(self, account_id: AccountId) -> PersonId | None:
        """Return the person of an account; None if there is none."""

    async def officer_agency(self, account_id: AccountId) -> str | None:
        """Return the agency of an officer's account; None for any other."""

    async def recent_of_agencies(
        self, agencies: Sequence[str], name: str, span: Span, scan: int, limit: int
    ) -> tuple[Sequence[LoggedEvent], str]:
        """Return up to `limit` of those among the newest `scan` events of a span (of a name, unless it is "").

        They are those that clients or officers of the agencies had a part in. With them comes the id of the last
        event that was looked at; "" if the span has no more.
        """

    async def of_agencies(self, agencies: Sequence[str], span: Span, limit: int) -> Sequence[LoggedEvent]:
        """Return up to `limit` events of a span that clients or officers of the agencies had a part in."""


class AuditQuestion(Struct, frozen=True):
    """What is looked for; all of it must be true."""

    name: EventName | None = None
    client_id: ClientId | None = None
    actor: str | None = None
    # Whom it is about: an exact account, never a search.
    account_id: AccountId | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> tuple[tuple[By, str | None], ...]:
        """Return what the log could be read by, that which fits fewest events first."""
        return (
            (By.ACCOUNT, self.account_id),
            (By.ACTOR, self.actor),
            (By.CLIENT, self.client_id),
            (By.NAME, self.name),
        )

    def wants(self, event: LoggedEvent) -> bool:
        """Say whether an event is what is looked for, as far as its row tells."""
        return (
            (self.name is None or event.name == self.name)
            and (self.client_id is None or event.client_id == self.client_id)
            and (self.actor is None or event.actor == self.actor)
        )

    def span(self, before_id: str) -> Span:
        """Return the stretch of the log that the times leave, before the last event that was shown."""
        since = _id_of(self.since) if self.since else _FIRST
        until = _id_of(self.until) if self.until else _BEYOND
        return Span(since, min(until, before_id) if before_id else until)

    def reported(self) -> dict[str, str]:
        """Return what is looked for as details of an event."""
        reported = {"name": self.name, "client": self.client_id, "of_actor": self.actor}
        times = {"since": self.since, "until": self.until}
        return {
            **{key: str(value) for key, value in reported.items() if value is not None},
            **{key: at.isoformat() for key, at in times.items() if at is not None},
        }


def _id_of(instant: datetime) -> str:
    """Return the lowest id of an instant; nothing was made before ids count from."""
    return first_id(max(instant, datetime(1970, 1, 1, tzinfo=UTC)))
