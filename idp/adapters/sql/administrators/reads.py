"""Reads the roles of administrators, and administrators with their roles."""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, Statement, statement
from idp.adapters.sql.officers.reads import OFFICER_COLUMNS, OfficerRow, officer_of
from idp.kernel.ids import AccountId, PersonId, RoleGrantId
from idp.officers.administrators import Administrator
from idp.officers.roles import Role, RoleGrant


class _GrantRow(NamedTuple):
    """The columns of `_GRANT_COLUMNS`, in their order."""

    grant_id: RoleGrantId
    person_id: PersonId
    account_id: AccountId
    role: str
    agency: str
    given_by: str
    given_at: int
    starts_at: int
    ends_at: int
    revoked_at: int | None
    revoked_by: str | None
    approves_from: int | None


_GRANT_COLUMNS = ", ".join(f"r.{name}" for name in _GrantRow._fields)
_OFFICER_WIDTH = len(OfficerRow._fields)
_HELD = statement(f"""
    SELECT {_GRANT_COLUMNS} FROM admin_roles r
    JOIN officers o ON o.person_id = r.person_id AND o.account_id = r.account_id
      AND o.withdrawn_at IS NULL AND o.starts_at <= :now AND o.ends_at > :now
    WHERE r.person_id = :person_id AND r.account_id = :account_id
      AND r.revoked_at IS NULL AND r.starts_at <= :now AND r.ends_at > :now
    ORDER BY r.grant_id
""")  # noqa: S608 (constants, here and below)
_WITH_OFFICERS = f"""
    SELECT {OFFICER_COLUMNS}, p.profile_sealed, {_GRANT_COLUMNS} FROM page
    JOIN officers o ON o.person_id = page.person_id AND o.account_id = page.account_id
    JOIN persons p ON p.person_id = page.person_id
    LEFT JOIN admin_roles r ON r.person_id = page.person_id AND r.account_id = page.account_id
"""  # noqa: S608
_IN_ORDER = "ORDER BY o.account_id, r.grant_id"
_PAGE = f"""
    WITH page AS (
        SELECT x.person_id, x.account_id FROM admin_roles x WHERE x.account_id > :after_id {{within}}
        GROUP BY x.person_id, x.account_id ORDER BY x.account_id LIMIT :limit)
    {_WITH_OFFICERS} AND r.revoked_at IS NULL {_IN_ORDER}
"""  # noqa: S608
_ALL = statement(_PAGE.format(within=""))
_WITHIN = statement(
    _PAGE.format(within="AND x.agency IN (SELECT value FROM json_each(:agencies))"),
    postgres=_PAGE.format(within="AND x.agency IN (SELECT json_array_elements_text(CAST(:agencies AS json)))"),
)
_BY_ACCOUNT = statement(f"""
    WITH page AS (SELECT x.person_id, x.account_id FROM admin_roles x WHERE x.account_id = :account_id LIMIT 1)
    {_WITH_OFFICERS} {_IN_ORDER}
""")  # noqa: S608


class SqlRoles:
    """Implements `idp.officers.roles.RoleReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def held(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Sequence[RoleGrant]:
        """Return the grants of an account that stand, oldest first. One round trip."""
        asked: Parameters = {"person_id": person_id, "account_id": account_id, "now": to_micros(now)}
        return [_grant(_GrantRow._make(row)) for row in await self._engine.read(_HELD, asked)]


class SqlAdministrators:
    """Implements `idp.officers.administrators.AdministratorReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def page(self, agencies: Sequence[str] | None, after_id: str, limit: int) -> Sequence[Administrator]:
        """Return up to `limit` administrators whose account id follows `after_id`, in order. One round trip."""
        asked: Parameters = {"after_id": after_id, "limit": limit}
        if agencies is None:
            return await self._all(_ALL, asked)
        return await self._all(_WITHIN, {**asked, "agencies": json.dumps(list(agencies))})

    async def by_account(self, account_id: AccountId) -> Administrator | None:
        """Return one administrator with every grant there was; None for an account that never held a role."""
        return next(iter(await self._all(_BY_ACCOUNT, {"account_id": account_id})), None)

    async def _all(self, asked: Statement, parameters: Parameters) -> list[Administrator]:
        found = await self._engine.read(asked, parameters)
        return [_administrator(list(rows)) for _, rows in groupby(found, lambda row: row[1])]


def _administrator(rows: Sequence[Row]) -> Administrator:
    first = rows[0]
    # Where the outer join found no grant, its id and all else of it is None.
    grants = [row[_OFFICER_WIDTH + 1 :] for row in rows if row[_OFFICER_WIDTH + 1] is not None]
    return Administrator(
        officer_of(first[:_OFFICER_WIDTH]),
        _bytes(first[_OFFICER_WIDTH]),
        tuple(_grant(_GrantRow._make(row)) for row in grants),
    )


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError("a sealed profile is bytes")
    return value


def _grant(row: _GrantRow) -> RoleGrant:
    return RoleGrant(
        id=row.grant_id,
        person_id=row.person_id,
        account_id=row.account_id,
        role=Role(row.role),
        agency=row.agency,
        given_by=row.given_by,
        given_at=from_micros(row.given_at),
        starts_at=from_micros(row.starts_at),
        ends_at=from_micros(row.ends_at),
        revoked_at=from_micros_or_none(row.revoked_at),
        revoked_by=row.revoked_by,
        approves_from=from_micros_or_none(row.approves_from),
    )
