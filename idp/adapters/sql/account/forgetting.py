"""Finds accounts that were closed long ago, and deletes the last of them."""

from collections.abc import Sequence
from datetime import datetime

from idp.account.closing_effects import ClosedAccountIds, ForgetAccount
from idp.account.merging.model import MERGED
from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Statement, statement
from idp.adapters.sql.engine.writes import write
from idp.adapters.sql.schema import metadata
from idp.kernel.ids import AccountId, PersonId

# A number ends with its account when the owner closes it. The number of a person who died does not: it leads to the
# closed account for good, so that nobody takes it over.
# Who went up in another is forgotten with that one, however long ago a number of theirs ended.
_OVER = f"""
    a.status = 'closed' AND COALESCE(a.locked_for, '') <> '{MERGED}' AND NOT EXISTS (
        SELECT 1 FROM identifiers n
        WHERE n.person_id = a.person_id AND n.account_id = a.account_id
          AND (n.valid_to IS NULL OR n.valid_to >= :until))
"""  # noqa: S608 (a constant)
_FIND = statement(f"""
    SELECT DISTINCT a.person_id, a.account_id
    FROM identifiers i JOIN accounts a ON a.person_id = i.person_id AND a.account_id = i.account_id
    WHERE i.valid_to < :until AND {_OVER}
    LIMIT :limit
""")  # noqa: S608 (a constant of ours)
_DUE = statement("""
    SELECT person_id, account_id FROM accounts
    WHERE erase_at IS NOT NULL AND erase_at <= :now AND status = 'closed' ORDER BY erase_at LIMIT :limit
""")
# PostgreSQL locks the row: of two that forget the same account one finds it gone.
_CLAIM = statement(f"""
    DELETE FROM accounts WHERE person_id = :person_id AND account_id = :account_id AND EXISTS (
        SELECT 1 FROM accounts a WHERE a.person_id = :person_id AND a.account_id = :account_id AND {_OVER})
    RETURNING 1
""")  # noqa: S608 (a constant of ours)
# Whoever opens a new account for the same person holds this row: the statements after it then see that account.
_HOLD_PERSON = statement("UPDATE persons SET created_at = created_at WHERE person_id = :person_id")
_FAMILIES = statement("""
    DELETE FROM refresh_families WHERE person_id = :person_id AND grant_id IN (
        SELECT grant_id FROM grants WHERE person_id = :person_id AND account_id = :account_id)
""")


def _rows_of_account() -> tuple[Statement, ...]:
    """Return the end of every row that names the account, in whichever table: a new one is not forgotten here."""
    return tuple(
        statement(f"DELETE FROM {table.name} WHERE person_id = :person_id AND account_id = :account_id")  # noqa: S608
        for table in metadata.sorted_tables
        if {"person_id", "account_id"} <= set(table.columns.keys()) and table.name != "accounts"
    )


def _rows_of_merged() -> tuple[Statement, ...]:
    """Return the end of whom the person took up in a merge: no number leads to them any more, so nothing else would.

    Before the rows of the person, as the merges are among these.
    """
    merged = "(SELECT m.merged_person_id FROM merges m WHERE m.person_id = :person_id AND m.undone_at IS NULL)"
    gone = "NOT EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = :person_id)"
    tables = [(table.name, "person_id") for table in metadata.sorted_tables if "person_id" in table.columns]
    return tuple(
        statement(f"DELETE FROM {table} WHERE {column} IN {merged} AND {gone}")  # noqa: S608
        for table, column in (*tables, ("mandates", "principal_id"))
        if table != "merges"
    )


def _rows_of_person() -> tuple[Statement, ...]:
    """Return the end of every row that names the person, if that was their last account."""
    return tuple(
        statement(f"""
            DELETE FROM {table.name} WHERE person_id = :person_id
              AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = :person_id)
        """)  # noqa: S608 (a table of ours)
        for table in metadata.sorted_tables
        if "person_id" in table.columns and "account_id" not in table.columns
    )


def _mandates_of_person() -> tuple[Statement, ...]:
    """Return the end of what they held and of what was for them: their number and name stand in it.

    What they gave for an organisation stays with its holder, without them.
    """
    gone = "NOT EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = :person_id)"
    return (
        statement(f"DELETE FROM mandates WHERE (actor_id = :person_id OR principal_id = :person_id) AND {gone}"),  # noqa: S608
        statement(f"UPDATE mandates SET giver_id = NULL WHERE giver_id = :person_id AND {gone}"),  # noqa: S608
    )


FORGETTING_WRITES = dict(
    [
        write(
            ForgetAccount,
            _CLAIM,
            _HOLD_PERSON,
            _FAMILIES,
            *_rows_of_account(),
            *_rows_of_merged(),
            *_rows_of_person(),
            *_mandates_of_person(),
            until="closed_before",
        )
    ],
)


class SqlClosedAccounts:
    """Implements `idp.account.closing_effects.ClosedAccounts`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def due_for_erasure(self, now: datetime, limit: int) -> Sequence[ClosedAccountIds]:
        """Return up to `limit` accounts that were closed long enough ago to be erased."""
        rows = await self._engine.read(_DUE, {"now": to_micros(now), "limit": limit})
        return [
            ClosedAccountIds(PersonId(str(person_id)), AccountId(str(account_id))) for person_id, account_id in rows
        ]

    async def closed_before(self, instant: datetime, limit: int) -> Sequence[ClosedAccountIds]:
        """Return up to `limit` accounts that their owners closed before an instant."""
        rows = await self._engine.read(_FIND, {"until": to_micros(instant), "limit": limit})
        return [
            ClosedAccountIds(PersonId(str(person_id)), AccountId(str(account_id))) for person_id, account_id in rows
        ]
