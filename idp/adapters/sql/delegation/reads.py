"""Reads mandates with the names that belong to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, from_words, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, Statement, statement
from idp.adapters.sql.sessions.acting import aliases_of
from idp.delegation.model import ActingView, Mandate, MandateKind, MandateView, Power, PrincipalKind
from idp.kernel.ids import MandateId, PersonId


class _MandateRow(NamedTuple):
    """The columns of `MANDATE_COLUMNS`, in their order."""

    mandate_id: MandateId
    principal_id: str
    principal_kind: str
    kind: str
    actor_id: PersonId | None
    actor_index: bytes
    actor_sealed: bytes
    powers: str
    giver_id: PersonId | None
    given_under: MandateId | None
    offered_at: int
    accepted_at: int | None
    starts_at: int
    ends_at: int
    suspended_at: int | None
    ended_at: int | None
    end_reason: str | None
    ended_by: str | None
    later_powers: str | None
    later_at: int | None
    lowered_from: str | None
    suspended_why: str | None


_WIDTH = len(_MandateRow._fields)
MANDATE_COLUMNS = """
    m.mandate_id, m.principal_id, m.principal_kind, m.kind, m.actor_id, m.actor_index, m.actor_sealed, m.powers,
    m.giver_id, m.given_under, m.offered_at, m.accepted_at, m.starts_at, m.ends_at, m.suspended_at, m.ended_at,
    m.end_reason, m.ended_by, m.later_powers, m.later_at, m.lowered_from, m.suspended_why
"""
_COLUMNS = f"{MANDATE_COLUMNS}, COALESCE(o.facts_sealed, p.profile_sealed), g.profile_sealed, p.known_as"
_NAMES = """
    LEFT JOIN organisations o ON m.principal_kind = 'organisation' AND o.organisation_id = m.principal_id
    LEFT JOIN persons p ON m.principal_kind = 'person' AND p.person_id = m.principal_id
    LEFT JOIN persons g ON g.person_id = m.giver_id
"""
# A person who was forgotten when the legal time was over takes the names of their old mandates along.
_KNOWN = "(o.organisation_id IS NOT NULL OR p.person_id IS NOT NULL)"


def _select(condition: str, order: str = "m.mandate_id DESC") -> Statement:
    return statement(f"SELECT {_COLUMNS} FROM mandates m {_NAMES} WHERE {_KNOWN} AND {condition} ORDER BY {order}")  # noqa: S608 (constants)


_KEPT = "(m.ended_at IS NULL OR m.ended_at > :since)"
_BY_ID = _select("m.mandate_id = :mandate_id")
_HELD = _select(f"m.actor_id = :actor_id AND {_KEPT}")
_OFFERED = _select("m.actor_index = :actor_index AND m.accepted_at IS NULL AND m.ended_at IS NULL AND m.ends_at > :now")
_GIVEN = _select(f"m.giver_id = :giver_id AND {_KEPT}")
_FOR_PRINCIPAL = _select(f"m.principal_id = :principal_id AND {_KEPT}")
_STANDING = _select(
    """
    m.actor_id = :actor_id AND m.accepted_at IS NOT NULL AND m.ended_at IS NULL AND m.suspended_at IS NULL
    AND m.starts_at <= :now AND m.ends_at > :now
    """,
    "m.accepted_at, m.mandate_id",
)
_RUN_OUT = _select("m.ended_at IS NULL AND m.ends_at <= :now", "m.ends_at LIMIT :limit")
_SUSPENDED = _select(
    """
    m.ended_at IS NULL AND m.kind IN ('representative', 'guardian') AND m.suspended_at < :until
    AND COALESCE(m.suspended_why, '') <> 'silence'
    """,
    "m.suspended_at LIMIT :limit",
)
_OBJECTED_BY = _select("m.objection_hash = :objection_hash AND m.ended_at IS NULL AND m.later_at IS NOT NULL")
_WAITED = _select("m.ended_at IS NULL AND m.suspended_at IS NULL AND m.later_at <= :now", "m.later_at LIMIT :limit")


class SqlMandates:
    """Implements `idp.delegation.ports.MandateReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def by_id(self, mandate_id: MandateId) -> MandateView | None:
        """Return one mandate, whatever has become of it."""
        found = await self._views(_BY_ID, {"mandate_id": mandate_id})
        return found[0] if found else None

    async def held_by(self, person_id: PersonId, ended_after: datetime) -> Sequence[MandateView]:
        """Return what a person accepted and still holds, or held until after an instant; the newest first."""
        return await self._views(_HELD, {"actor_id": person_id, "since": to_micros(ended_after)})

    async def offered_to(self, actor_index: bytes, now: datetime) -> Sequence[MandateView]:
        """Return the open offers to whoever has the number of this index; the newest first."""
        return await self._views(_OFFERED, {"actor_index": actor_index, "now": to_micros(now)})

    async def given_by(self, person_id: PersonId, ended_after: datetime) -> Sequence[MandateView]:
        """Return what a person gave, whether accepted or not, unless it ended before; the newest first."""
        return await self._views(_GIVEN, {"giver_id": person_id, "since": to_micros(ended_after)})

    async def for_principal(self, principal_id: str, ended_after: datetime) -> Sequence[MandateView]:
        """Return all mandates for a principal, unless they ended before; the newest first."""
        return await self._views(_FOR_PRINCIPAL, {"principal_id": principal_id, "since": to_micros(ended_after)})

    async def standing(self, person_id: PersonId, now: datetime) -> Sequence[ActingView]:
        """Return what a person may use now, in the order in which it was accepted."""
        found = await self._views(_STANDING, {"actor_id": person_id, "now": to_micros(now)})
        return [_acting(view) for view in found]

    async def run_out(self, now: datetime, limit: int) -> Sequence[Mandate]:
        """Return mandates whose end has come and which nobody has ended yet."""
        found = await self._views(_RUN_OUT, {"now": to_micros(now), "limit": limit})
        return [view.mandate for view in found]

    async def objected_by(self, objection_hash: bytes) -> Mandate | None:
        """Return the claim that waits and that whoever has this code may end."""
        found = await self._views(_OBJECTED_BY, {"objection_hash": objection_hash})
        return found[0].mandate if found else None

    async def waited(self, now: datetime, limit: int) -> Sequence[Mandate]:
        """Return first claims whose wait is over and which nobody ended or suspended, the longest due first."""
        found = await self._views(_WAITED, {"now": to_micros(now), "limit": limit})
        return [view.mandate for view in found]

    async def suspended_before(self, instant: datetime, limit: int) -> Sequence[Mandate]:
        """Return the mandates of former representatives and guardians that have waited since before an instant.

        Not those that rest because a register is silent.
        """
        found = await self._views(_SUSPENDED, {"until": to_micros(instant), "limit": limit})
        return [view.mandate for view in found]

    async def _views(self, asked: Statement, parameters: Parameters) -> list[MandateView]:
        return [_view(row) for row in await self._engine.read(asked, parameters)]


def _acting(view: MandateView) -> ActingView:
    mandate = view.mandate
    return ActingView(
        mandate_id=mandate.id,
        kind=mandate.kind,
        principal_kind=mandate.principal_kind,
        principal_id=mandate.principal_id,
        powers=mandate.powers,
        ends_at=mandate.ends_at,
        principal_sealed=view.principal_sealed,
        principal_aliases=view.principal_aliases,
    )


def mandate_of(found: Row) -> Mandate:
    """Return the mandate whose row begins with `MANDATE_COLUMNS`."""
    row = _MandateRow._make(found[:_WIDTH])
    return Mandate(
        id=row.mandate_id,
        principal_id=row.principal_id,
        principal_kind=PrincipalKind(row.principal_kind),
        kind=MandateKind(row.kind),
        actor_id=row.actor_id,
        actor_index=bytes(row.actor_index),
        actor_sealed=bytes(row.actor_sealed),
        powers=_powers(row.powers),
        giver_id=row.giver_id,
        given_under=row.given_under,
        offered_at=from_micros(row.offered_at),
        accepted_at=from_micros_or_none(row.accepted_at),
        starts_at=from_micros(row.starts_at),
        ends_at=from_micros(row.ends_at),
        suspended_at=from_micros_or_none(row.suspended_at),
        ended_at=from_micros_or_none(row.ended_at),
        end_reason=row.end_reason,
        ended_by=row.ended_by,
        later_powers=_powers(row.later_powers),
        later_at=from_micros_or_none(row.later_at),
        lowered_from=_powers(row.lowered_from),
        suspended_why=row.suspended_why,
    )


def _powers(words: str | None) -> frozenset[Power]:
    return frozenset(Power(word) for word in from_words(words or ""))


def _view(found: Row) -> MandateView:
    principal, giver, known_as = found[_WIDTH:]
    aliases = aliases_of(known_as if isinstance(known_as, str) else None)
    return MandateView(mandate_of(found), _bytes(principal) or b"", _bytes(giver), aliases)


def _bytes(value: object) -> bytes | None:
    return value if isinstance(value, bytes) else None
