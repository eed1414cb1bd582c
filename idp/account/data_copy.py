"""The copy of one's own data: everything that is stored, opened for its person, without the secrets of sign-in."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

import msgspec
from msgspec import Struct

from idp.account.model import EMAIL_PLACE, NUMBER_PLACE, PHONE_PLACE, PROFILE_PLACE, TECH_ID_PLACE
from idp.audit.model import ACTOR, EventName, Origin, RecordEvent
from idp.delegation.mandates.data_copy import MandateCopies
from idp.factors.passkey.credentials import LABEL_PLACE
from idp.grants.model import DETAILS_PLACE
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import EventId, PersonId, new_id
from idp.kernel.places import Column
from idp.kernel.secrets import SealBrokenError, Sealer
from idp.protocol.requested_claims import claims_of
from idp.sessions.model import SessionView
from idp.transparency.published import ACTOR_AGENCY
from idp.upstream.link_model import SUBJECT_PLACE

StoredValue = str | int | bool | bytes | datetime | None
StoredRow = Mapping[str, StoredValue]
Copy = Mapping[str, Sequence[Mapping[str, object]]]

# Who reads the file in ten years must know which shape it has.
FORMAT = "national-sign-on/personal-data/1"
_CONTACT_PLACES = {"phone": PHONE_PLACE, "email": EMAIL_PLACE}
_PLACES: Mapping[tuple[str, str], Column | str] = MappingProxyType(
    {
        ("persons", "profile_sealed"): PROFILE_PLACE,
        ("grants", "details_sealed"): DETAILS_PLACE,
        ("identifiers", "sealed"): NUMBER_PLACE,
        ("tech_ids", "sealed"): TECH_ID_PLACE,
        ("passkeys", "label_sealed"): LABEL_PLACE,
        ("removed_passkeys", "label_sealed"): LABEL_PLACE,
        ("upstream_links", "subject_sealed"): SUBJECT_PLACE,
        ("removed_upstream_links", "subject_sealed"): SUBJECT_PLACE,
    }
)
# What the values are called in the copy, where the column's own name speaks of how it is stored.
_NAMES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("persons", "profile_sealed"): "profile",
        ("grants", "details_sealed"): "authorization_details",
        ("identifiers", "sealed"): "number",
        ("contacts", "sealed"): "value",
        ("contact_changes", "sealed"): "value",
        ("contact_changes", "replaced_sealed"): "replaced",
        ("tech_ids", "sealed"): "value",
        ("passkeys", "label_sealed"): "label",
        ("removed_passkeys", "label_sealed"): "label",
        ("upstream_links", "subject_sealed"): "subject",
        ("removed_upstream_links", "subject_sealed"): "subject",
        ("audit_events", "name"): "event",
        ("audit_events", "address"): "network_address",
        ("sessions", "address"): "network_address",
        ("approvals", "address"): "network_address",
    }
)

# Among the details of an administrator's act: the account and the code of the officer.
_OF_WHO_ACTED = frozenset({ACTOR, "actor_code"})


class OwnCopyReader(Protocol):
    """Reads everything that is stored about one person."""

    async def everything_of(self, person_id: PersonId) -> Mapping[str, Sequence[StoredRow]]:
        """Return the rows of each table that names the person."""


class DataCopies(Struct, frozen=True):
    """Makes the copy. Whoever asks has just shown two factors."""

    reader: OwnCopyReader
    mandates: MandateCopies
    ledger: Ledger
    sealer: Sealer
    clock: Clock

    async def of(self, view: SessionView, origin: Origin, form: str) -> Copy:
        """Return everything that is stored, by kind; that it was taken is itself recorded."""
        person_id = view.account.person_id
        stored = await self.reader.everything_of(person_id)
        stored = {
            **stored,
            "audit_events": [_of_an_office(row) for row in stored.get("audit_events", ())],
            "grants": [_with_names(row) for row in stored.get("grants", ())],
        }
        tables = {table: [self._opened(person_id, table, row) for row in rows] for table, rows in stored.items()}
        copy = {**tables, **await self.mandates.of(view.account.person_id)}
        await self.ledger.commit(
            RecordEvent(
                id=EventId(new_id()),
                name=EventName.DATA_COPIED,
                at=self.clock.now(),
                origin=origin,
                person_id=view.account.person_id,
                session_id=view.session.id,
                details={"form": form},
            )
        )
        return copy

    def as_file(self, copy: Copy) -> bytes:
        """Return the copy as one JSON document in UTF-8, readable by any program (RFC 8259)."""
        document = {"format": FORMAT, "made_at": self.clock.now().isoformat(), **copy}
        return json.dumps(document, ensure_ascii=False, indent=2, default=_reported).encode()

    def _opened(self, person_id: PersonId, table: str, row: StoredRow) -> Mapping[str, object]:
        return {
            copied_as(table, name): self._open(person_id, table, name, row) if isinstance(value, bytes) else value
            for name, value in row.items()
        }

    def _open(self, person_id: PersonId, table: str, name: str, row: StoredRow) -> object:
        column = _PLACES.get((table, name)) or _CONTACT_PLACES[str(row["kind"])]
        sealed, place = row[name], column if isinstance(column, str) else column.of(person_id)
        try:
            opened = self.sealer.open(sealed if isinstance(sealed, bytes) else b"", place)
        except SealBrokenError:
            # One value that no longer opens must not keep the rest from its person.
            return None
        profile: object = msgspec.json.decode(opened) if column == PROFILE_PLACE else opened.decode()
        return profile


def _of_an_office(event: StoredRow) -> StoredRow:
    """Return an event as its person may have it: of an administrator the agency and the roles, not who and where."""
    details: dict[str, str] = msgspec.json.decode(str(event["details"]))
    if ACTOR_AGENCY not in details:
        return event
    reported = {name: text for name, text in details.items() if name not in _OF_WHO_ACTED}
    return {**event, "address": "", "port": 0, "details": msgspec.json.encode(reported).decode()}


def _with_names(grant: StoredRow) -> StoredRow:
    """Return a grant with the names of its single claims, without the hashes of what a portal guessed."""
    return {**grant, "claims": " ".join(claims_of(str(grant.get("claims", "")).split()))}


def copied_as(table: str, name: str) -> str:
    """Return what a stored value is called in the copy."""
    return _NAMES.get((table, name), name)


def _reported(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not meant for the copy")
