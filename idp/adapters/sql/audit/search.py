"""Searches the audit log, newest first, by one thing at a time: each has an index in the order of ids."""

import json
from collections.abc import Mapping, Sequence

import msgspec

from idp.adapters.sql.audit.log import EVENT_COLUMNS, EventRow
from idp.adapters.sql.engine.instants import from_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, Statement, statement
from idp.admin.audit.search import By, LoggedEvent, Span
from idp.kernel.ids import AccountId, PersonId

# Written as in the index of migration 0015, or it is not used.
_ACTOR_SQLITE, _ACTOR_POSTGRES = "json_extract(details, '$.actor')", "(CAST(details AS json) ->> 'actor')"
_HAS_ACTOR = """details LIKE '%"actor":%'"""
_SPAN = "event_id >= :from_id AND event_id < :before_id"
_NEWEST = f"""
    SELECT {EVENT_COLUMNS} FROM audit_events WHERE {_SPAN} AND {{wanted}} ORDER BY event_id DESC LIMIT :limit
"""  # noqa: S608 (constants of ours, here and below)
# With those of persons who were merged into this one.
_WHOSE = """
    (SELECT person_id AS whose_id FROM accounts WHERE account_id = :account_id
     UNION SELECT m.merged_person_id FROM accounts a JOIN merges m ON m.person_id = a.person_id AND m.undone_at IS NULL
     WHERE a.account_id = :account_id)
"""


def _part(holders: str, wanted: str) -> str:
    """Return the newest events of each holder: one probe of an index for each, however long the log is."""
    return f"""
    SELECT found.* FROM {holders} holder CROSS JOIN LATERAL (
        SELECT {EVENT_COLUMNS} FROM audit_events WHERE {_SPAN} AND {wanted} ORDER BY event_id DESC LIMIT :limit) found
    """  # noqa: S608


def _merged(*parts: str) -> str:
    """Return the newest of what the parts find, each event once."""
    return f"""
    SELECT {EVENT_COLUMNS} FROM ({" UNION ".join(parts)}) every_part ORDER BY event_id DESC LIMIT :limit
    """  # noqa: S608


def _heads(holders: str, wanted: str) -> str:
    """Return the newest event of each holder, and of these the newest: one probe of an index for each holder.

    Nothing else of the holders that are left out is among the newest of all. Where any is left out, no event is that
    is older than the last head.
    """
    return f"""
    SELECT holder.id, head.event_id FROM {holders} holder CROSS JOIN LATERAL (
        SELECT event_id FROM audit_events WHERE {_SPAN} AND {wanted} ORDER BY event_id DESC LIMIT 1) head
    ORDER BY head.event_id DESC LIMIT :limit
    """  # noqa: S608


def _ids(heads: str, wanted: str) -> str:
    return f"""
    SELECT found.event_id FROM {heads} holder CROSS JOIN LATERAL (
        SELECT event_id FROM audit_events
        WHERE event_id >= (SELECT CASE WHEN count(*) < :limit THEN :from_id ELSE min(event_id) END FROM {heads})
          AND event_id < :before_id AND {wanted} ORDER BY event_id DESC LIMIT :limit) found
    """  # noqa: S608


def _of_many(**parts: tuple[str, str]) -> str:
    """Return the newest events of many holders: by ids alone, and the rows of only those that are shown."""
    heads = ", ".join(f"{name} AS MATERIALIZED ({_heads(*part)})" for name, part in parts.items())
    ids = " UNION ".join(_ids(name, wanted) for name, (_, wanted) in parts.items())
    return f"""
    WITH {heads}, newest AS MATERIALIZED (
        SELECT event_id FROM ({ids}) every_part ORDER BY event_id DESC LIMIT :limit)
    SELECT {", ".join(f"e.{name.strip()}" for name in EVENT_COLUMNS.split(","))}
    FROM newest JOIN audit_events e ON e.event_id = newest.event_id ORDER BY e.event_id DESC
    """  # noqa: S608


_STATEMENTS: Mapping[By, Statement] = {
    By.TIME: statement(_NEWEST.format(wanted="TRUE")),
    By.NAME: statement(_NEWEST.format(wanted="name = :name")),
    By.CLIENT: statement(_NEWEST.format(wanted="client_id = :client_id")),
    By.ACTOR: statement(
        _NEWEST.format(wanted=f"{_HAS_ACTOR} AND {_ACTOR_SQLITE} = :actor"),
        postgres=_NEWEST.format(wanted=f"{_HAS_ACTOR} AND {_ACTOR_POSTGRES} = :actor"),
    ),
    By.ACCOUNT: statement(
        _NEWEST.format(wanted=f"person_id IN {_WHOSE}"),
        postgres=_merged(_part(_WHOSE, "person_id = holder.whose_id")),
    ),
}
_PARAMETER: Mapping[By, str] = {
    By.TIME: "name",
    By.NAME: "name",
    By.CLIENT: "client_id",
    By.ACTOR: "actor",
    By.ACCOUNT: "account_id",
}

_LITE = "(SELECT {} FROM {} WHERE agency IN (SELECT value FROM json_each(:agencies)){})"
_POSTGRES = "(SELECT {} AS id FROM {} WHERE agency IN (SELECT json_array_elements_text(CAST(:agencies AS json))){})"
# Who never held a role never acted as an administrator.
_HELD_ROLE = " AND EXISTS (SELECT 1 FROM admin_roles r WHERE r.account_id = officers.account_id)"
_THEIRS = """(
    client_id IN {clients} OR person_id IN {officers} OR ({has_actor} AND {actor} IN {actors}))
"""


def _theirs(listed: str, actor: str) -> str:
    held = {
        "clients": listed.format("client_id", "clients", ""),
        "officers": listed.format("person_id", "officers", ""),
        "actors": listed.format("account_id", "officers", _HELD_ROLE),
    }
    return _THEIRS.format(**held, has_actor=_HAS_ACTOR, actor=actor)


_OF_AGENCIES = statement(
    _NEWEST.format(wanted=_theirs(_LITE, _ACTOR_SQLITE)),
    postgres=_of_many(
        clients_heads=(_POSTGRES.format("client_id", "clients", ""), "client_id = holder.id"),
        persons_heads=(_POSTGRES.format("person_id", "officers", ""), "person_id = holder.id"),
        actors_heads=(
            _POSTGRES.format("account_id", "officers", _HELD_ROLE),
            f"{_HAS_ACTOR} AND {_ACTOR_POSTGRES} = holder.id",
        ),
    ),
)
_RECENT = f"""
    WITH recent AS MATERIALIZED (
        SELECT {EVENT_COLUMNS} FROM audit_events WHERE {_SPAN} AND {{wanted}} ORDER BY event_id DESC LIMIT :scan),
    edge AS (SELECT CASE WHEN count(*) < :scan THEN '' ELSE min(event_id) END AS last_id FROM recent),
    theirs AS (SELECT {EVENT_COLUMNS} FROM recent WHERE {{theirs}} ORDER BY event_id DESC LIMIT :limit)
    SELECT edge.last_id, {EVENT_COLUMNS} FROM edge LEFT JOIN theirs ON TRUE ORDER BY event_id DESC
"""  # noqa: S608


def _recent(wanted: str) -> Statement:
    return statement(
        _RECENT.format(wanted=wanted, theirs=_theirs(_LITE, _ACTOR_SQLITE)),
        postgres=_RECENT.format(wanted=wanted, theirs=_theirs(_POSTGRES, _ACTOR_POSTGRES)),
    )


_RECENT_OF_AGENCIES, _RECENT_OF_A_NAME = _recent("TRUE"), _recent("name = :name")
_OFFICER = statement("""
    SELECT o.agency FROM accounts a JOIN officers o ON o.person_id = a.person_id AND o.account_id = a.account_id
    WHERE a.account_id = :account_id
""")
_PERSON = statement("SELECT person_id FROM accounts WHERE account_id = :account_id")


class SqlAuditSearch:
    """Implements `idp.admin.audit.search.AuditReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def newest_first(self, by: By, value: str, span: Span, limit: int) -> Sequence[LoggedEvent]:
        """Return up to `limit` events of a span that one thing is true of."""
        asked: Parameters = {_PARAMETER[by]: value, **_bounds(span, limit)}
        return [event_logged(row) for row in await self._engine.read(_STATEMENTS[by], asked)]

    async def recent_of_agencies(
        self, agencies: Sequence[str], name: str, span: Span, scan: int, limit: int
    ) -> tuple[Sequence[LoggedEvent], str]:
        """Return the agencies' events among the newest of a span, and the id that was looked down to."""
        asked: Parameters = {"agencies": json.dumps(list(agencies)), "scan": scan, **_bounds(span, limit)}
        asked = {**asked, "name": name} if name else asked
        rows = await self._engine.read(_RECENT_OF_A_NAME if name else _RECENT_OF_AGENCIES, asked)
        return [event_logged(row[1:]) for row in rows if row[1] is not None], str(rows[0][0])

    async def of_agencies(self, agencies: Sequence[str], span: Span, limit: int) -> Sequence[LoggedEvent]:
        """Return up to `limit` events of a span that clients or officers of the agencies had a part in."""
        asked: Parameters = {"agencies": json.dumps(list(agencies)), **_bounds(span, limit)}
        return [event_logged(row) for row in await self._engine.read(_OF_AGENCIES, asked)]

    async def person_of(self, account_id: AccountId) -> PersonId | None:
        """Return the person of an account."""
        rows = await self._engine.read(_PERSON, {"account_id": account_id})
        return PersonId(str(rows[0][0])) if rows else None

    async def officer_agency(self, account_id: AccountId) -> str | None:
        """Return the agency of an officer's account."""
        rows = await self._engine.read(_OFFICER, {"account_id": account_id})
        return str(rows[0][0]) if rows else None


def _bounds(span: Span, limit: int) -> dict[str, str | int]:
    return {"from_id": span.from_id, "before_id": span.before_id, "limit": limit}


def event_logged(found: Row) -> LoggedEvent:
    """Return the event of a row of `EVENT_COLUMNS`."""
    row = EventRow._make(found)
    return LoggedEvent(
        id=row.event_id,
        name=row.name,
        at=from_micros(row.at),
        reason=row.reason,
        client_id=row.client_id,
        person_id=row.person_id,
        session_id=row.session_id,
        correlation_id=row.correlation_id,
        address=row.address,
        port=row.port,
        details=_details(row.details),
    )


def _details(text: str) -> Mapping[str, str]:
    """Return the details; a row that another hand spoilt has none, and `idp audit verify` tells of it."""
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.DecodeError:
        return {}
