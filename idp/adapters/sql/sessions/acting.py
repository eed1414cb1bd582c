"""The mandate that a session acts under: columns of the read of a session, and the condition that it stands."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from idp.adapters.sql.engine.instants import from_micros, from_words
from idp.delegation.model import ActingView, MandateKind, Power, PrincipalKind
from idp.kernel.ids import MandateId

_ALIASES = msgspec.json.Decoder(dict[str, str])


def standing(alias: str, now: str) -> str:
    """Return the condition that a mandate stands: `Mandate.stands`, in SQL."""
    return (
        f"{alias}.accepted_at IS NOT NULL AND {alias}.ended_at IS NULL AND {alias}.suspended_at IS NULL "
        f"AND {alias}.starts_at <= {now} AND {alias}.ends_at > {now}"
    )


class ActingRow(NamedTuple):
    """The columns of `ACTING_COLUMNS`, in their order; all None where a session acts under no mandate."""

    mandate_id: MandateId | None
    kind: str | None
    principal_kind: str | None
    principal_id: str | None
    powers: str | None
    ends_at: int | None
    facts_sealed: bytes | None
    principal_profile: bytes | None
    principal_known_as: str | None


# `m` is the mandate's row. An id is made once, for an organisation or for a person: at most one of the two is found.
ACTING_COLUMNS = """
    m.mandate_id, m.kind, m.principal_kind, m.principal_id, m.powers, m.ends_at, g.facts_sealed, w.profile_sealed,
    w.known_as
"""
ACTING_JOINS = """
    LEFT JOIN organisations g ON g.organisation_id = m.principal_id
    LEFT JOIN persons w ON w.person_id = m.principal_id
"""


def acting_view(row: ActingRow) -> ActingView | None:
    """Return the mandate with its principal; None for no mandate, or for a principal that is not there."""
    sealed = row.facts_sealed if row.principal_profile is None else row.principal_profile
    if row.mandate_id is None or row.principal_id is None or row.ends_at is None or sealed is None:
        return None
    return ActingView(
        mandate_id=row.mandate_id,
        kind=MandateKind(str(row.kind)),
        principal_kind=PrincipalKind(str(row.principal_kind)),
        principal_id=row.principal_id,
        powers=frozenset(Power(word) for word in from_words(row.powers or "")),
        ends_at=from_micros(row.ends_at),
        principal_sealed=sealed,
        principal_aliases=aliases_of(row.principal_known_as),
    )


def aliases_of(known_as: str | None) -> Mapping[str, str]:
    """Return by what each sector knows a person that took up another; mostly nothing."""
    return {} if known_as is None else _ALIASES.decode(known_as)
