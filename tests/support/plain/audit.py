"""The audit log in memory, as administrators search it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from idp.admin.audit.search import By, LoggedEvent, Span
from idp.audit.checkpoints import Checkpoint, Link, Verified
from idp.kernel.ids import AccountId, PersonId, first_id, new_id
from tests.support.builders.protocol import NOW


def logged(at: datetime = NOW, name: str = "client:token:issued", **members: object) -> LoggedEvent:
    """Return an event whose id is of its instant."""
    shown: dict[str, object] = {
        "reason": "",
        "client_id": None,
        "person_id": None,
        "session_id": None,
        "correlation_id": "c",
        "address": "192.0.2.1",
        "port": 443,
        **members,
    }
    return LoggedEvent(first_id(at)[:10] + new_id()[10:], name, at, **shown)  # type: ignore[arg-type]


@dataclass(slots=True)
class PlainAudit:
    """Implements `AuditReader`; counts what it was asked."""

    events: list[LoggedEvent] = field(default_factory=list)
    # Client id -> agency, officer's account -> agency, account -> person.
    clients: dict[str, str] = field(default_factory=dict)
    officers: dict[str, str] = field(default_factory=dict)
    persons: dict[str, PersonId] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)

    async def newest_first(self, by: By, value: str, span: Span, limit: int) -> Sequence[LoggedEvent]:
        """Return events of a span that one thing is true of."""
        self.asked.append((by.name, limit))
        tests: dict[By, Callable[[LoggedEvent], bool]] = {
            By.TIME: lambda event: True,
            By.NAME: lambda event: event.name == value,
            By.CLIENT: lambda event: event.client_id == value,
            By.ACTOR: lambda event: event.actor == value,
            By.ACCOUNT: lambda event: event.person_id == self.persons.get(value, ""),
        }
        return self._newest(tests[by], span, limit)

    async def recent_of_agencies(
        self, agencies: Sequence[str], name: str, span: Span, scan: int, limit: int
    ) -> tuple[Sequence[LoggedEvent], str]:
        """Return those of the agencies among the newest of a span, and how far that was."""
        self.asked.append(("RECENT", scan))
        recent = self._newest(lambda event: name in {"", event.name}, span, scan)
        theirs = self._theirs(agencies)
        return [one for one in recent if theirs(one)][:limit], recent[-1].id if len(recent) == scan else ""

    async def of_agencies(self, agencies: Sequence[str], span: Span, limit: int) -> Sequence[LoggedEvent]:
        """Return events of clients and officers of the agencies."""
        self.asked.append(("AGENCIES", limit))
        return self._newest(self._theirs(agencies), span, limit)

    def _theirs(self, agencies: Sequence[str]) -> Callable[[LoggedEvent], bool]:
        persons = {self.persons[one] for one, agency in self.officers.items() if agency in agencies}
        return lambda event: (
            self.clients.get(event.client_id or "") in agencies
            or self.officers.get(event.actor or "") in agencies
            or event.person_id in persons
        )

    async def person_of(self, account_id: AccountId) -> PersonId | None:
        """Return the person of an account."""
        return self.persons.get(account_id)

    async def officer_agency(self, account_id: AccountId) -> str | None:
        """Return the agency of an officer."""
        return self.officers.get(account_id)

    def _newest(self, wanted: Callable[[LoggedEvent], bool], span: Span, limit: int) -> list[LoggedEvent]:
        found = [one for one in self.events if span.from_id <= one.id < span.before_id and wanted(one)]
        return sorted(found, key=lambda one: one.id, reverse=True)[:limit]


@dataclass(slots=True)
class PlainChain:
    """A chain in memory. Implements `Checkpoints`."""

    links: list[Link] = field(default_factory=list)

    async def newest_first(self, below: int, limit: int) -> Sequence[Link]:
        """Return links, highest first."""
        return sorted((link for link in self.links if link.number < below), key=lambda link: -link.number)[:limit]

    async def in_order(self, after: int, limit: int, *, late_only: bool = False) -> Sequence[Link]:
        """Return links, lowest first."""
        return [link for link in self.links if link.number > after][:limit]

    async def listing(self, number: int) -> bytes:
        """Return no list."""
        return b""

    async def add(self, link: Link, listing: bytes, late: int) -> bool:
        """Append a link."""
        self.links.append(link)
        return True


@dataclass(frozen=True, slots=True)
class PlainSeal:
    """Takes a checkpoint's claims for its signature. Implements `Seal`."""

    def sign(self, checkpoint: Checkpoint) -> str:
        """Return the claims."""
        return msgspec.json.encode(checkpoint.claims("https://signon.example")).decode()

    def read(self, signed: str) -> Verified | None:
        """Return the checkpoint, or None for what holds none."""
        try:
            checkpoint = Checkpoint.read(msgspec.json.decode(signed, type=dict[str, object]))
        except msgspec.DecodeError:
            return None
        return Verified(checkpoint, "kid", withdrawn=False) if checkpoint else None


async def no_seal() -> PlainSeal:
    """Return the seal as it is now."""
    return PlainSeal()
