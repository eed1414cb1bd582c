"""Reads when phones were confirmed."""

from collections.abc import Sequence
from datetime import datetime

from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Row, Statement, statement
from idp.factors.contacts.phone_ages import DuePhone, PhoneAge
from idp.kernel.ids import AccountId, PersonId

_ITS = "person_id = :person_id AND account_id = :account_id AND kind = 'phone'"
_SINCE = "COALESCE(last_confirmed_at, confirmed_at)"

_OF_ACCOUNT = statement(f"SELECT {_SINCE}, asked_again_at FROM contacts WHERE {_ITS}")  # noqa: S608 (names of ours)


def _due(column: str, again: str) -> Statement:
    return statement(f"""
        SELECT c.person_id, c.account_id, c.{column} FROM contacts c
        JOIN accounts a ON a.person_id = c.person_id AND a.account_id = c.account_id
        WHERE c.kind = 'phone' AND c.asked_again_at IS NULL AND c.last_confirmed_at IS {again}
          AND c.{column} <= :until AND a.status <> 'closed'
        ORDER BY c.{column} LIMIT :limit
    """)  # noqa: S608


_DUE_FIRST, _DUE_AGAIN = _due("confirmed_at", "NULL"), _due("last_confirmed_at", "NOT NULL")


class SqlPhoneAges:
    """Implements `idp.factors.contacts.phone_ages.PhoneAgeReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> PhoneAge | None:
        """Return the age of an account's phone; None without a phone."""
        rows = await self._engine.read(_OF_ACCOUNT, {"person_id": person_id, "account_id": account_id})
        return next((phone_age(*row) for row in rows), None)

    async def due(self, before: datetime, limit: int) -> Sequence[DuePhone]:
        """Return up to `limit` phones that were confirmed by then and not asked for since."""
        until = to_micros(before)
        first = await self._engine.read(_DUE_FIRST, {"until": until, "limit": limit})
        left = limit - len(first)
        again = await self._engine.read(_DUE_AGAIN, {"until": until, "limit": left}) if left else ()
        return [_phone(row) for row in (*first, *again)]


def phone_age(confirmed_at: object, asked_at: object) -> PhoneAge | None:
    """Return the age of the two columns; None where there is no phone."""
    if not isinstance(confirmed_at, int):
        return None
    return PhoneAge(from_micros(confirmed_at), from_micros_or_none(asked_at if isinstance(asked_at, int) else None))


def _phone(row: Row) -> DuePhone:
    person_id, account_id, confirmed_at = row
    return DuePhone(PersonId(str(person_id)), AccountId(str(account_id)), from_micros(int(str(confirmed_at))))
