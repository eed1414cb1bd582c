"""Reads agencies: the lineages of a day, lists, searches, the history of one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

import orjson

from clients.model import ClientId
from idp.adapters.sql.agencies.officer_list_writes import OFFICER_LISTS
from idp.adapters.sql.engine.instants import from_micros, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, statement
from idp.agencies.ports import AgencyRow, Belongings, Holdings
from idp.agencies.search import key_range
from idp.agencies.tree import Agency, AgencyKind, AgencyNames, Period, Succession, SuccessionKind, Tree
from idp.officers.roles import NATIONAL


class _AgencyRow(NamedTuple):
    """An agency and one of its periods; the period's columns are None where it has none."""

    tree_version: int
    code: str | None
    kind: str
    version: int
    founded_day: str
    closed_day: str | None
    from_day: str | None
    to_day: str | None
    parent: str
    name_vi: str
    name_en: str


class _SuccessionRow(NamedTuple):
    """The columns of `agency_successions`, in their order."""

    succession_id: str
    code: str
    successor: str
    kind: str
    day: str
    decision: str
    at: int
    entered_by: str


class _ListRow(NamedTuple):
    """The columns of a list, in their order."""

    code: str
    kind: str
    name_vi: str
    name_en: str
    parent: str
    children: int
    clients: int


_HOLDS = "p.from_day <= :day AND (p.to_day IS NULL OR p.to_day > :day)"
# No tree is as deep as this (`idp.admin.agencies.rules`): a damaged one must not be read for ever.
_DEEPEST = 64
_LINEAGE = statement(f"""
    WITH RECURSIVE line(code, parent, depth) AS (
        SELECT p.code, p.parent, 0 FROM agency_periods p WHERE p.code = :code AND {_HOLDS}
        UNION ALL
        SELECT p.code, p.parent, line.depth + 1 FROM line JOIN agency_periods p ON p.code = line.parent
        WHERE {_HOLDS} AND line.depth < {_DEEPEST})
    SELECT code FROM line ORDER BY depth
""")  # noqa: S608 (constants, here and below)
_SUBTREE = statement(f"""
    WITH RECURSIVE tree(code) AS (
        SELECT p.code FROM agency_periods p WHERE p.code = :code AND {_HOLDS}
        UNION
        SELECT p.code FROM tree JOIN agency_periods p ON p.parent = tree.code WHERE {_HOLDS})
    SELECT code FROM tree ORDER BY code
""")  # noqa: S608
_AGENCY = """
    SELECT v.version, a.code, a.kind, a.version, a.founded_day, a.closed_day,
      p.from_day, p.to_day, p.parent, p.name_vi, p.name_en
    FROM change_counters v
    LEFT JOIN agencies a ON {wanted} LEFT JOIN agency_periods p ON p.code = a.code
    WHERE v.topic = 'agencies' ORDER BY a.code, p.from_day
"""
_TREE = statement(_AGENCY.format(wanted="TRUE"))
_GET = statement(_AGENCY.format(wanted="a.code = :code"))
_KNOWN = statement("SELECT 1 FROM agencies LIMIT 1")
_HISTORY = statement(f"""
    SELECT {", ".join(_SuccessionRow._fields)} FROM agency_successions WHERE code = :code OR successor = :code
    ORDER BY day, succession_id
""")  # noqa: S608
# The clients by name, the others by number: the number stands where a client's id would.
_BELONGINGS = statement("""
    SELECT 'client', client_id, 0 FROM clients WHERE agency = :code
    UNION ALL
    SELECT 'officers', '', count(*) FROM officers WHERE agency = :code AND withdrawn_at IS NULL AND ends_at > :now
    UNION ALL
    SELECT 'administrators', '', count(DISTINCT r.account_id) FROM admin_roles r
    JOIN officers o ON o.person_id = r.person_id AND o.account_id = r.account_id
    WHERE r.agency = :code AND r.revoked_at IS NULL AND r.starts_at <= :now AND r.ends_at > :now
      AND o.withdrawn_at IS NULL AND o.ends_at > :now
""")
_LIST = """
    SELECT p.code, a.kind, p.name_vi, p.name_en, p.parent,
      (SELECT count(*) FROM agency_periods c WHERE c.parent = p.code AND c.to_day IS NULL),
      (SELECT count(*) FROM clients c WHERE c.agency = p.code)
    FROM agency_periods p JOIN agencies a ON a.code = p.code
    WHERE p.to_day IS NULL AND p.code > :after AND {wanted} ORDER BY p.code LIMIT :limit
"""
_FOUND = (
    "p.code IN (SELECT k.code FROM agency_search_keys k WHERE k.search_key >= :first AND k.search_key < :until_key)"
)
_MINE = """p.code IN (
    WITH RECURSIVE mine(code) AS (
        SELECT {each} UNION
        SELECT q.code FROM mine JOIN agency_periods q ON q.parent = mine.code WHERE q.to_day IS NULL)
    SELECT code FROM mine)
"""
_NAMED = statement(
    _LIST.format(wanted="p.code IN (SELECT value FROM json_each(:within))"),
    postgres=_LIST.format(wanted='p.code IN (SELECT json_array_elements_text(CAST(:within AS json)) COLLATE "C")'),
)
_BELOW = statement(_LIST.format(wanted="p.parent = :parent"))
_SEARCH = statement(_LIST.format(wanted=_FOUND))
_SEARCH_MINE = statement(
    _LIST.format(wanted=f"{_FOUND} AND {_MINE}").format(each="value FROM json_each(:within)"),
    postgres=_LIST.format(wanted=f"{_FOUND} AND {_MINE}").format(
        each='json_array_elements_text(CAST(:within AS json)) COLLATE "C"'
    ),
)


_HOLDINGS = """
    SELECT agency, 'client', client_id FROM clients WHERE agency IN ({codes})
    UNION ALL
    SELECT agency, 'officer', officer_code FROM officers WHERE agency IN ({codes}) AND withdrawn_at IS NULL
    UNION ALL
    SELECT r.agency, 'role', o.officer_code || ' ' || r.role FROM admin_roles r
    JOIN officers o ON o.person_id = r.person_id AND o.account_id = r.account_id
    WHERE r.agency IN ({codes}) AND r.revoked_at IS NULL
"""
_HELD = statement(
    _HOLDINGS.format(codes="SELECT value FROM json_each(:within)"),
    postgres=_HOLDINGS.format(codes="SELECT json_array_elements_text(CAST(:within AS json))"),
)


class SqlAgencies:
    """Implements `idp.agencies.ports.AgencyReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def lineage(self, code: str, day: date) -> tuple[str, ...]:
        """Return the agency and all above it, nearest first; empty for a code that is nobody's on that day."""
        rows = await self._engine.read(_LINEAGE, {"code": code, "day": day.isoformat()})
        return tuple(str(row[0]) for row in rows)

    async def subtree(self, code: str, day: date) -> Sequence[str]:
        """Return the agency and all below it, by code; empty for a code that is nobody's on that day."""
        rows = await self._engine.read(_SUBTREE, {"code": code, "day": day.isoformat()})
        return [str(row[0]) for row in rows]

    async def tree(self) -> Tree:
        """Return every agency with all its periods and the version of the whole, as of one moment."""
        rows = [_AgencyRow._make(row) for row in await self._engine.read(_TREE, {})]
        return Tree.of(rows[0].tree_version, _agencies(rows))

    async def known(self) -> bool:
        """Say whether any agency was ever founded."""
        return bool(await self._engine.read(_KNOWN, {}))

    async def get(self, code: str) -> Agency | None:
        """Return an agency with its periods, closed ones too; None for a code that was never given."""
        rows = await self._engine.read(_GET, {"code": code})
        return next(iter(_agencies([_AgencyRow._make(row) for row in rows])), None)

    async def history(self, code: str) -> Sequence[Succession]:
        """Return what happened to an agency and what became it, oldest first."""
        return [_succession(row) for row in await self._engine.read(_HISTORY, {"code": code})]

    async def belongings(self, code: str, now: datetime) -> Belongings:
        """Return what is an agency's own: its clients by name, officers and administrators by number."""
        rows = await self._engine.read(_BELONGINGS, {"code": code, "now": to_micros(now)})
        numbers = {str(what): int(str(number)) for what, _, number in rows}
        clients = tuple(sorted(ClientId(str(client_id)) for what, client_id, _ in rows if what == "client"))
        return Belongings(clients, numbers["officers"], numbers["administrators"])

    async def holdings(self, codes: Sequence[str]) -> Mapping[str, Holdings]:
        """Return what goes along with each of some agencies, each in order. One read."""
        rows = await self._engine.read(_HELD, {"within": orjson.dumps(list(codes)).decode()})
        held: dict[str, dict[str, list[str]]] = {code: {"client": [], "officer": [], "role": []} for code in codes}
        for code, what, name in rows:
            held[str(code)][str(what)].append(str(name))
        return {
            code: Holdings(
                tuple(map(ClientId, sorted(of_one["client"]))),
                tuple(sorted(of_one["officer"])),
                tuple(sorted(of_one["role"])),
            )
            for code, of_one in held.items()
        }

    async def officer_lists(self, codes: Sequence[str]) -> Mapping[ClientId, tuple[str, ...]]:
        """Return `officer_agencies` of each client that names one of some agencies there, by client_id. One read."""
        rows = await self._engine.read(OFFICER_LISTS, {"within": orjson.dumps(list(codes)).decode()})
        return {ClientId(str(client_id)): tuple(orjson.loads(str(named))) for client_id, named in rows}

    async def rows(self, codes: Sequence[str]) -> Sequence[AgencyRow]:
        """Return those of some agencies that stand, by code."""
        asked: Parameters = {"within": orjson.dumps(list(codes)).decode(), "after": "", "limit": len(codes)}
        return [_listed(row) for row in await self._engine.read(_NAMED, asked)]

    async def below(self, parent: str, after: str, limit: int) -> Sequence[AgencyRow]:
        """Return up to `limit` agencies right below one (`NATIONAL`: below none) whose code follows `after`."""
        rows = await self._engine.read(_BELOW, {"parent": parent, "after": after, "limit": limit})
        return [_listed(row) for row in rows]

    async def search(self, typed: str, within: Sequence[str], after: str, limit: int) -> Sequence[AgencyRow]:
        """Return up to `limit` standing agencies that a text finds within subtrees, the first that follows `after`."""
        first, until = key_range(typed)
        asked: Parameters = {"first": first, "until_key": until, "after": after, "limit": limit}
        if NATIONAL in within:
            rows = await self._engine.read(_SEARCH, asked)
        else:
            rows = await self._engine.read(_SEARCH_MINE, {**asked, "within": orjson.dumps(list(within)).decode()})
        return [_listed(row) for row in rows]


def _agencies(rows: Sequence[_AgencyRow]) -> list[Agency]:
    found: list[Agency] = []
    for code, of_one in groupby(rows, key=lambda row: row.code):
        if code is None:
            continue
        own = list(of_one)
        first = own[0]
        periods = tuple(_period(row, row.from_day) for row in own if row.from_day is not None)
        founded, closed = date.fromisoformat(first.founded_day), _day_or_none(first.closed_day)
        found.append(Agency(code, AgencyKind(first.kind), founded, closed, first.version, periods))
    return found


def _period(row: _AgencyRow, from_day: str) -> Period:
    names = AgencyNames(row.name_vi, row.name_en)
    return Period(date.fromisoformat(from_day), _day_or_none(row.to_day), row.parent, names)


def _day_or_none(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _succession(found: Row) -> Succession:
    row = _SuccessionRow._make(found)
    return Succession(
        row.succession_id,
        row.code,
        row.successor,
        SuccessionKind(row.kind),
        date.fromisoformat(row.day),
        row.decision,
        from_micros(row.at),
        row.entered_by,
    )


def _listed(found: Row) -> AgencyRow:
    row = _ListRow._make(found)
    names = AgencyNames(row.name_vi, row.name_en)
    return AgencyRow(row.code, AgencyKind(row.kind), names, row.parent, row.children, row.clients)
