"""What tokens say of acting for others and of assistance: `act` (RFC 8693 4.1) and `acting_for`.

`sub` stays the End-User whom the client deals with. `act` names who really acts: for somebody else, the person who
signed in themself; at a counter, the officer. Both are made when a token is, from a record that was sealed with the
grant: the record holds ids, the claims hold what this client's sector knows them by.
"""

import msgspec

from clients.model import Client
from idp.delegation.model import ACTING_PLACE, MandateKind, Power, PrincipalKind
from idp.kernel.ids import OrganisationId, PersonId
from idp.kernel.secrets import Sealer
from idp.protocol.provider import Provider

HOUSEHOLD_CODE_LENGTH = 12
ACTING_CLAIMS = ("act", "acting_for")


class ActingFor(msgspec.Struct, frozen=True, kw_only=True):
    """The principal, and what the mandate allowed when the code was issued. Only an organisation has a code."""

    id: str
    type: PrincipalKind
    kind: MandateKind
    name: str
    code: str | None = None
    powers: tuple[Power, ...]


class AssistedBy(msgspec.Struct, frozen=True, kw_only=True):
    """The officer who assists: their own person, never the private one, with agency and post."""

    person_id: PersonId
    agency: str
    post: str


class ActingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a code, and the grant that it becomes, hold of acting and assistance."""

    acting_for: ActingFor | None = None
    assisted_by: AssistedBy | None = None


_DECODER = msgspec.json.Decoder(ActingRecord)


def seal_acting(sealer: Sealer, record: ActingRecord) -> bytes | None:
    """Return the record as codes and grants keep it; None where there is nothing to say."""
    if record.acting_for is None and record.assisted_by is None:
        return None
    return sealer.seal(msgspec.json.encode(record), ACTING_PLACE)


def open_acting(sealer: Sealer, sealed: bytes | None) -> ActingRecord:
    """Return the record that a code or a grant holds."""
    return ActingRecord() if sealed is None else _DECODER.decode(sealer.open(sealed, ACTING_PLACE))


def acting_claims(provider: Provider, client: Client, person_id: PersonId, sealed: bytes | None) -> dict[str, object]:
    """Return `act` and `acting_for` as one client may know them; nothing for who acts alone and for themself.

    `person_id` is the one that `sub` is made from, so that `act.sub` equals `sub` where nobody assists.
    """
    record = open_acting(provider.sealer, sealed)
    claims: dict[str, object] = {}
    if record.assisted_by is not None:
        officer = record.assisted_by
        subject = provider.subjects.subject(officer.person_id, client)
        claims["act"] = {"sub": subject, "agency": officer.agency, "post": officer.post}
    elif record.acting_for is not None:
        claims["act"] = {"sub": provider.subjects.subject(person_id, client)}
    if record.acting_for is not None:
        claims["acting_for"] = _principal(provider, client, record.acting_for)
    return claims


def _principal(provider: Provider, client: Client, acting: ActingFor) -> dict[str, object]:
    claim: dict[str, object] = {
        "sub": principal_subject(provider, client, acting.type, acting.id),
        "type": acting.type.value,
        "name": acting.name,
        "kind": acting.kind.value,
        "powers": [power.value for power in acting.powers],
    }
    if acting.code is not None and _may_know(client, acting.code):
        claim["code"] = acting.code
    return claim


def _may_know(client: Client, code: str) -> bool:
    # Since 1/7/2025 a household business bears its owner's personal number as its code: that claim is governed.
    return len(code) != HOUSEHOLD_CODE_LENGTH or "national_id" in client.governed_claims


def principal_subject(provider: Provider, client: Client, kind: PrincipalKind, principal_id: str) -> str:
    """Return what one client knows a principal by: a person by their own `sub`, an organisation by one of its own."""
    if kind is PrincipalKind.ORGANISATION:
        return provider.subjects.organisation(OrganisationId(principal_id), client)
    return provider.subjects.subject(PersonId(principal_id), client)
