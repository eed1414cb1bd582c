"""One statement for many commits of one shape: a claim and what follows it, for PostgreSQL.

Each commit is one place in the lists that the statement unnests. The claim answers the places that were first;
what follows is written for those places only. One statement is one transaction, so all of it stands or falls.
"""

from collections.abc import Hashable, Mapping, Sequence
from functools import cache

from msgspec import Struct
from sqlalchemy import Table

from idp.adapters.sql import tables
from idp.adapters.sql.audit import tables as tables_audit
from idp.adapters.sql.effects import write_of
from idp.adapters.sql.engine.parameter_types import PARAMETER_TYPES
from idp.adapters.sql.engine.statements import Parameters, Value
from idp.adapters.sql.officers.standing import may_act
from idp.audit.model import RecordEvent
from idp.grants.model import ClaimOnce, RetryRotation, RotateFamily, StartFamily, StartGrant
from idp.kernel.effects import Effect


class _Claim(Struct, frozen=True):
    """How a claim is made for many commits: `sql` reads `{asked}` and defines `won (place)`.

    `key` names the parameters of what is claimed. Two commits of one key never share a statement, and the places
    follow the keys' order, so that statements which meet take their locks in one order.
    """

    names: tuple[str, ...]
    key: tuple[str, ...]
    sql: str


_GRANT = tuple(column.name for column in tables.grants.columns if column.name not in {"revoked_at", "revoke_reason"})
_FAMILY_KEY = ("person_id", "grant_id")
_NOT_REVOKED = """EXISTS (
    SELECT 1 FROM grants g
    WHERE g.person_id = asked.person_id AND g.grant_id = asked.grant_id AND g.revoked_at IS NULL)"""

# "(x IN (SELECT …)) IS TRUE" is a hashed subplan; without IS TRUE it would become a join, and with hash joins off
# (postgres_pool.py) one that compares everything with everything.
_CLAIMS: Mapping[type[Effect], _Claim] = {
    # FOR SHARE on the session: EndSession waits for us, and TellPortals after it sees our grant; or we wait for
    # EndSession, look at the row again, find it ended and write nothing. StopCodes writes the same row, likewise.
    # Without the lock a grant could begin in the gap between the two and its portal would never hear of the logout.
    # All sessions are locked before the first insert (ORDER BY needs them all), so those who wait for a lock hold no
    # row that others wait for. Mandates come before sessions, as EndMandate takes them: it waits for us and revokes
    # our grant, or we find it ended.
    StartGrant: _Claim(
        names=(*_GRANT, "issued_at"),
        key=("person_id", "code_hash"),
        sql=f"""
            mandated AS MATERIALIZED (
                SELECT asked.* FROM {{asked}}
                LEFT JOIN LATERAL (
                    SELECT 1 AS stands FROM mandates m
                    WHERE m.mandate_id = asked.mandate_id AND m.actor_id = asked.person_id
                      AND m.accepted_at IS NOT NULL
                      AND m.starts_at <= asked.created_at AND m.ends_at > asked.created_at
                      AND m.ended_at IS NULL AND m.suspended_at IS NULL
                    FOR SHARE) AS mandate ON TRUE
                WHERE asked.mandate_id IS NULL OR mandate.stands IS NOT NULL
                ORDER BY asked.place),
            live AS MATERIALIZED (
                SELECT asked.* FROM mandated AS asked
                CROSS JOIN LATERAL (
                    SELECT 1 FROM sessions s
                    WHERE s.person_id = asked.person_id AND s.session_id = asked.session_id
                      AND s.account_id = asked.account_id AND s.ended_at IS NULL AND s.expires_at > asked.created_at
                      AND (s.idle_until > asked.created_at OR NOT s.shared_computer)
                      AND s.codes_since < asked.issued_at
                    FOR SHARE) AS held
                WHERE EXISTS (
                    SELECT 1 FROM accounts a
                    WHERE a.person_id = asked.person_id AND a.account_id = asked.account_id AND a.status = 'open'
                      AND {may_act("a", "asked.created_at")})),
            inserted AS (
                INSERT INTO grants ({", ".join(_GRANT)})
                SELECT {", ".join(_GRANT)} FROM live ORDER BY place
                ON CONFLICT DO NOTHING RETURNING grant_id),
            won AS MATERIALIZED (
                SELECT place FROM live WHERE (grant_id IN (SELECT grant_id FROM inserted)) IS TRUE)
        """,  # noqa: S608 (constants of ours)
    ),
    # The rows are locked one by one in the order of their keys, which an update alone does not promise: two batches
    # that meet wait for each other and are never both stuck (a deadlock costs a second before it is noticed).
    RotateFamily: _Claim(
        names=("person_id", "grant_id", "presented_hash", "head_hash", "successor_sealed", "rotated_at"),
        key=_FAMILY_KEY,
        sql=f"""
            held AS MATERIALIZED (
                SELECT asked.* FROM {{asked}}
                CROSS JOIN LATERAL (
                    SELECT 1 FROM refresh_families f
                    WHERE f.person_id = asked.person_id AND f.grant_id = asked.grant_id
                      AND f.head_hash = asked.presented_hash
                    FOR NO KEY UPDATE) AS head
                WHERE {_NOT_REVOKED}),
            won AS (
                UPDATE refresh_families f
                SET previous_hash = f.head_hash, head_hash = held.head_hash,
                    successor_sealed = held.successor_sealed, generation = f.generation + 1,
                    rotated_at = held.rotated_at
                FROM held
                WHERE f.person_id = held.person_id AND f.grant_id = held.grant_id
                  AND f.head_hash = held.presented_hash
                RETURNING held.place)
        """,  # noqa: S608 (constants of ours)
    ),
    RetryRotation: _Claim(
        names=("person_id", "grant_id", "previous_hash"),
        key=_FAMILY_KEY,
        sql=f"""
            won AS MATERIALIZED (
                SELECT asked.place FROM {{asked}}
                JOIN refresh_families f ON f.person_id = asked.person_id AND f.grant_id = asked.grant_id
                WHERE f.previous_hash = asked.previous_hash AND {_NOT_REVOKED})
        """,  # noqa: S608 (constants of ours)
    ),
    ClaimOnce: _Claim(
        names=("purpose", "value_hash", "expires_at"),
        key=("purpose", "value_hash"),
        sql="""
            inserted AS (
                INSERT INTO used_once (purpose, value_hash, expires_at)
                SELECT purpose, value_hash, expires_at FROM {asked} ORDER BY place
                ON CONFLICT DO NOTHING RETURNING purpose, value_hash),
            won AS MATERIALIZED (
                SELECT place FROM {asked}
                WHERE ((purpose, value_hash) IN (SELECT purpose, value_hash FROM inserted)) IS TRUE)
        """,
    ),
}

_FOLLOWERS: Mapping[type[Effect], Table] = {
    StartFamily: tables.refresh_families,
    RecordEvent: tables_audit.audit_events,
}


class Shape(Struct, frozen=True):
    """What a commit is made of, however many of each follower it has."""

    claim: type[Effect] | None
    followers: tuple[type[Effect], ...]


class BatchedCommit(Struct, frozen=True):
    """The values of one commit, ready for the lists: those of its claim and those of each kind of follower."""

    claim: Parameters
    followers: tuple[Sequence[Parameters], ...]
    key: Hashable


@cache
def shape_of(types: tuple[type[Effect], ...]) -> Shape | None:
    """Return the shape of a commit with effects of these types, or None if it is not written in batches."""
    claim = types[0] if types and types[0] in _CLAIMS else None
    following = types[1:] if claim else types
    if not set(following) <= set(_FOLLOWERS) or (claim is None and set(following) != {RecordEvent}):
        return None
    return Shape(claim, tuple(kind for kind in _FOLLOWERS if kind in following))


def batched(shape: Shape, effects: Sequence[Effect]) -> BatchedCommit:
    """Return the values of a commit of this shape."""
    values = [(type(effect), write_of(effect).binder.parameters(effect)) for effect in effects]
    followers = tuple([found for kind, found in values if kind is wanted] for wanted in shape.followers)
    if shape.claim is None:
        return BatchedCommit({}, followers, None)
    claim = values[0][1]
    return BatchedCommit(claim, followers, tuple(claim[name] for name in _CLAIMS[shape.claim].key))


class BatchStatement:
    """The statement of one shape, and the lists of its arguments."""

    def __init__(self, shape: Shape) -> None:
        self._claim = None if shape.claim is None else _CLAIMS[shape.claim]
        self._followers = [_FOLLOWERS[kind] for kind in shape.followers]
        self.text = self._compose()

    def arguments(self, commits: Sequence[BatchedCommit]) -> list[list[Value]]:
        """Return one list for each parameter of the statement."""
        lists: list[list[Value]] = []
        if self._claim is not None:
            lists += [[commit.claim[name] for commit in commits] for name in self._claim.names]
        for index, table in enumerate(self._followers):
            rows = [(row, place) for place, commit in enumerate(commits, 1) for row in commit.followers[index]]
            lists += [[row[column.name] for row, _ in rows] for column in table.columns]
            lists.append([place for _, place in rows])
        return lists

    def _compose(self) -> str:
        parts: list[str] = []
        used = 0
        if self._claim is not None:
            parts.append(self._claim.sql.format(asked=_lists(self._claim.names, 0) + _ordinal(self._claim.names)))
            used = len(self._claim.names)
        for table in self._followers:
            names = [column.name for column in table.columns]
            columns = ", ".join(names)
            first = "" if self._claim is None else "WHERE (row.place IN (SELECT place FROM won)) IS TRUE"
            parts.append(
                f"{table.name}_written AS (INSERT INTO {table.name} ({columns}) SELECT {columns} "  # noqa: S608 (ours)
                f"FROM {_lists([*names, 'place'], used)} AS row ({columns}, place) {first})"
            )
            used += len(names) + 1
        answer = "SELECT 1 WHERE FALSE" if self._claim is None else "SELECT place FROM won"
        return f"WITH {', '.join(parts)} {answer}"


def _lists(names: Sequence[str], used: int) -> str:
    lists = ", ".join(f"${place}::{PARAMETER_TYPES[name]}[]" for place, name in enumerate(names, used + 1))
    return f"unnest({lists})"


def _ordinal(names: Sequence[str]) -> str:
    return f" WITH ORDINALITY AS asked ({', '.join(names)}, place)"
