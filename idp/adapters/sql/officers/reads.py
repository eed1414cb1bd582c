"""Reads officers."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from clients.model import ClientId
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, Statement, statement
from idp.kernel.ids import AccountId, PersonId
from idp.officers.model import AssistedFiling, CodeAsked, Officer


class OfficerRow(NamedTuple):
    """The columns of `OFFICER_COLUMNS`, in their order."""

    person_id: PersonId
    account_id: AccountId
    agency: str
    post: str
    officer_code: str
    starts_at: int
    ends_at: int
    issued_by: str
    created_at: int
    withdrawn_at: int | None
    withdraw_reason: str | None
    enrolment_ends_at: int | None
    asked_by: str | None
    asked_at: int | None
    contact_sealed: bytes | None
    person_number_index: bytes | None


class _FilingRow(NamedTuple):
    """The columns of `_ASSISTED`, in their order."""

    client_id: ClientId
    at: int
    ends_at: int
    ended_at: int | None


OFFICER_COLUMNS = ", ".join(f"o.{name}" for name in OfficerRow._fields)
_OF_ACCOUNT = statement(
    f"SELECT {OFFICER_COLUMNS} FROM officers o WHERE o.person_id = :person_id AND o.account_id = :account_id"  # noqa: S608 (constants, here and below)
)
_BY_CODE = statement(f"SELECT {OFFICER_COLUMNS} FROM officers o WHERE o.officer_code = :officer_code")  # noqa: S608
_BY_NAME = statement(f"""
    SELECT {OFFICER_COLUMNS} FROM identifiers i
    JOIN officers o ON o.person_id = i.person_id AND o.account_id = i.account_id
    WHERE i.blind_index = :blind_index AND i.valid_to IS NULL
""")  # noqa: S608
_OF_AGENCY = statement(f"""
    SELECT {OFFICER_COLUMNS} FROM officers o
    WHERE (:agency = '' OR o.agency = :agency) AND o.account_id > :after_id ORDER BY o.account_id LIMIT :limit
""")  # noqa: S608
_OVER = statement(f"""
    SELECT {OFFICER_COLUMNS} FROM officers o
    WHERE o.ends_at <= :now AND o.withdrawn_at IS NULL AND (
        EXISTS (
            SELECT 1 FROM sessions s
            WHERE s.person_id = o.person_id AND s.ended_at IS NULL AND s.expires_at > :now)
        OR EXISTS (
            SELECT 1 FROM grants g
            WHERE g.person_id = o.person_id AND g.revoked_at IS NULL AND g.expires_at > :now)
        OR EXISTS (
            SELECT 1 FROM assistances a
            JOIN sessions s ON s.person_id = a.person_id AND s.session_id = a.session_id
            WHERE a.officer_account_id = o.account_id AND a.ends_at > :now AND s.ended_at IS NULL))
    ORDER BY o.account_id LIMIT :limit
""")  # noqa: S608
_ASSISTED = statement("""
    SELECT a.client_id, a.at, a.ends_at, s.ended_at
    FROM assistances a LEFT JOIN sessions s ON s.person_id = a.person_id AND s.session_id = a.session_id
    WHERE a.officer_account_id = :account_id AND a.ends_at > :since ORDER BY a.ends_at DESC, a.at DESC LIMIT :limit
""")
_ENROLLING = statement(f"""
    SELECT {OFFICER_COLUMNS} FROM identifiers i
    JOIN officers o ON o.person_id = i.person_id AND o.account_id = i.account_id
    WHERE i.blind_index = :blind_index AND i.valid_to IS NULL AND o.enrolment_hash = :enrolment_hash
      AND o.enrolment_ends_at > :now AND o.withdrawn_at IS NULL AND o.ends_at > :now
""")  # noqa: S608


class SqlOfficers:
    """Implements `idp.officers.model.OfficerReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> Officer | None:
        """Return the officer of an account; None for a citizen's."""
        return await self._one(_OF_ACCOUNT, {"person_id": person_id, "account_id": account_id})

    async def by_code(self, officer_code: str) -> Officer | None:
        """Return the officer with this code."""
        return await self._one(_BY_CODE, {"officer_code": officer_code})

    async def by_name(self, name_index: bytes) -> Officer | None:
        """Return the officer whose sign-in name has this blind index."""
        return await self._one(_BY_NAME, {"blind_index": name_index})

    async def of_agency(self, agency: str, after_id: str, limit: int) -> Sequence[Officer]:
        """Return up to `limit` officers of an agency ("" for all) whose account id follows `after_id`, in order."""
        return await self._all(_OF_AGENCY, {"agency": agency, "after_id": after_id, "limit": limit})

    async def over(self, now: datetime, limit: int) -> Sequence[Officer]:
        """Return up to `limit` officers whose end has come while sessions or grants of theirs are still alive."""
        return await self._all(_OVER, {"now": to_micros(now), "limit": limit})

    async def assisted(self, account_id: AccountId, since: datetime, limit: int) -> Sequence[AssistedFiling]:
        """Return up to `limit` filings that an account assisted and that lasted after `since`, newest first."""
        asked: Parameters = {"account_id": account_id, "since": to_micros(since), "limit": limit}
        return [_filing(row) for row in await self._engine.read(_ASSISTED, asked)]

    async def enrolling(self, name_index: bytes, enrolment_hash: bytes, now: datetime) -> Officer | None:
        """Return the officer whom a name and an enrolment code set up; None if either is wrong, used or too old."""
        asked: Parameters = {"blind_index": name_index, "enrolment_hash": enrolment_hash, "now": to_micros(now)}
        return await self._one(_ENROLLING, asked)

    async def _one(self, asked: Statement, parameters: Parameters) -> Officer | None:
        return next(iter(await self._all(asked, parameters)), None)

    async def _all(self, asked: Statement, parameters: Parameters) -> list[Officer]:
        return [officer_of(row) for row in await self._engine.read(asked, parameters)]


def officer_of(found: Row) -> Officer:
    """Return the officer of a row of `OFFICER_COLUMNS`."""
    row = OfficerRow._make(found)
    return Officer(
        person_id=row.person_id,
        account_id=row.account_id,
        agency=row.agency,
        post=row.post,
        code=row.officer_code,
        starts_at=from_micros(row.starts_at),
        ends_at=from_micros(row.ends_at),
        issued_by=row.issued_by,
        created_at=from_micros(row.created_at),
        withdrawn_at=from_micros_or_none(row.withdrawn_at),
        withdraw_reason=row.withdraw_reason,
        enrolment_ends_at=from_micros_or_none(row.enrolment_ends_at),
        asked=_asked(row),
        numbered=row.person_number_index is not None,
    )


def _asked(row: OfficerRow) -> CodeAsked | None:
    if row.asked_by is None or row.asked_at is None or row.contact_sealed is None:
        return None
    return CodeAsked(row.asked_by, from_micros(row.asked_at), row.contact_sealed)


def _filing(found: Row) -> AssistedFiling:
    row = _FilingRow._make(found)
    return AssistedFiling(
        row.client_id, from_micros(row.at), from_micros(row.ends_at), from_micros_or_none(row.ended_at)
    )
