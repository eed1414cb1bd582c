"""Stores imported accounts, thousands to a transaction, with the position that they bring the import to."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from idp.account.merging.joining_model import SET_ASIDE
from idp.account.model import AccountStatus
from idp.adapters.sql.account.merging.joining_writes import BY_DATA_ALONE
from idp.adapters.sql.engine.bulk import BulkRows
from idp.adapters.sql.engine.errors import KeyTakenInBulkError
from idp.adapters.sql.engine.instants import from_micros_or_none, to_micros, to_micros_or_none
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.lookups import Lookup, lookup
from idp.adapters.sql.engine.statements import Parameters, Row, Step, statement
from idp.imports.model import DUPLICATE, ImportPosition, KeyTakenError, KnownAccounts, PreparedRow, ReadyBatch
from idp.kernel.ids import AccountId

_BEGIN = statement("""
    INSERT INTO imports (source, offset_bytes, lines_read, rows_accepted, rows_rejected, started_at, at)
    VALUES (:source, 0, 0, 0, 0, :started_at, :at)
    ON CONFLICT DO NOTHING
""")
_POSITION = statement("""
    SELECT source, offset_bytes, lines_read, rows_accepted, rows_rejected, finished_at
    FROM imports WHERE source = :source
""")
_MOVE = statement("""
    UPDATE imports SET offset_bytes = :offset_bytes, lines_read = :lines_read, rows_accepted = :rows_accepted,
      rows_rejected = :rows_rejected, at = :at, finished_at = :finished_at
    WHERE source = :source AND offset_bytes = :before_bytes AND finished_at IS NULL
    RETURNING 1
""")
# Also a number whose time is over: it never leads to anybody but its person. An account that no evidence and no import
# stands behind holds its number only as long as that leads to it.
_BY_NUMBER = lookup(
    ("blind_index",),
    "i.account_id",
    first=(
        "identifiers",
        "i",
        f"""i.blind_index = asked.blind_index AND (i.valid_to IS NULL OR NOT EXISTS (
            SELECT 1 FROM accounts a WHERE a.person_id = i.person_id AND a.account_id = i.account_id
            AND (COALESCE(a.locked_for, '') = '{DUPLICATE}' OR {BY_DATA_ALONE}
                AND (a.status = 'closed' OR COALESCE(a.locked_for, '') = '{SET_ASIDE}'))))""",  # noqa: S608
    ),
)
# Of a number the account that gives way, or has given way, to an imported one.
_OUTRANKED = lookup(
    ("blind_index",),
    "i.account_id",
    first=(
        "identifiers",
        "i",
        f"""i.blind_index = asked.blind_index AND EXISTS (
            SELECT 1 FROM accounts a WHERE a.person_id = i.person_id AND a.account_id = i.account_id
            AND (i.valid_to IS NULL AND a.status <> 'closed' OR COALESCE(a.locked_for, '') = '{SET_ASIDE}')
            AND {BY_DATA_ALONE})""",  # noqa: S608 (constants of ours)
    ),
)
# Of the person who bears it, the account; merged or not, there is one for each imported person.
_BY_TECH_ID = lookup(
    ("blind_index",),
    "(SELECT MIN(a.account_id) FROM accounts a WHERE a.person_id = t.person_id)",
    first=("tech_ids", "t", "t.blind_index = asked.blind_index"),
)

_PERSONS = ("person_id", "profile_sealed", "created_at")
_ACCOUNTS = (
    "person_id", "account_id", "status", "proof", "locale", "created_at", "proved_at", "two_steps", "locked_for",
    "account_kind", "imported_at",
)  # fmt: skip
_IDENTIFIERS = ("person_id", "account_id", "blind_index", "sealed", "valid_from", "valid_to")
_CONTACTS = ("person_id", "account_id", "kind", "blind_index", "sealed", "confirmed_at")
_PASSWORDS = ("person_id", "account_id", "password_hash", "failures", "short")
_TECH_IDS = ("person_id", "blind_index", "sealed")


class _PositionRow(NamedTuple):
    """The columns of `_POSITION`, in their order."""

    source: str
    offset_bytes: int
    lines_read: int
    rows_accepted: int
    rows_rejected: int
    finished_at: int | None


class SqlImports:
    """Implements `idp.imports.model.ImportStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def begin(self, source: str, now: datetime) -> ImportPosition:
        """Return where an import stands."""
        begun: Parameters = {"source": source, "started_at": to_micros(now), "at": to_micros(now)}
        await self._engine.apply([Step(_BEGIN, begun)])
        row = _PositionRow._make((await self._engine.read(_POSITION, {"source": source}))[0])
        finished_at = from_micros_or_none(row.finished_at)
        return ImportPosition(*row[:5], finished_at)

    async def known(self, numbers: list[bytes], tech_ids: list[bytes]) -> KnownAccounts:
        """Return which blind indexes lead to an account."""
        return KnownAccounts(
            await self._accounts(_BY_NUMBER, numbers),
            await self._accounts(_BY_TECH_ID, tech_ids),
            await self._accounts(_OUTRANKED, numbers),
        )

    async def append(self, batch: ReadyBatch, before: ImportPosition, after: ImportPosition, now: datetime) -> bool:
        """Store a batch and move the position in one transaction."""
        moved: Parameters = {
            "source": before.source,
            "before_bytes": before.offset_bytes,
            "offset_bytes": after.offset_bytes,
            "lines_read": after.lines_read,
            "rows_accepted": after.rows_accepted,
            "rows_rejected": after.rows_rejected,
            "at": to_micros(now),
            "finished_at": to_micros_or_none(after.finished_at),
        }
        try:
            return await self._engine.append(Step(_MOVE, moved, claim=True), rows_of(batch, to_micros(now)))
        except KeyTakenInBulkError as error:
            raise KeyTakenError from error

    async def _accounts(self, by_index: Lookup, indexes: list[bytes]) -> dict[bytes, AccountId]:
        rows = await self._engine.look_up_all(by_index, [(index,) for index in indexes])
        return {index: AccountId(str(row[0])) for index, row in zip(indexes, rows, strict=True) if row is not None}


def rows_of(batch: ReadyBatch, now: int) -> list[BulkRows]:
    """Return the rows of a batch, table by table; `now` is in microseconds."""
    rows = batch.rows
    return [
        BulkRows("persons", _PERSONS, [(one.person_id, one.profile_sealed, one.created_at) for one in rows]),
        BulkRows("accounts", _ACCOUNTS, [_account(one, batch.without_number) for one in rows]),
        BulkRows("identifiers", _IDENTIFIERS, [
            # A number that is another's leads nowhere from here, and only finds what its owner may join.
            (
                one.person_id, one.account_id, one.number_index, one.number_sealed, one.created_at,
                now if one.line in batch.without_number else None,
            )
            for one in rows
        ]),
        BulkRows("contacts", _CONTACTS, [row for one in rows for row in _contacts(one)]),
        BulkRows("passwords", _PASSWORDS, [
            (one.person_id, one.account_id, one.password_hash, 0, False) for one in rows
        ]),
        BulkRows("tech_ids", _TECH_IDS, [
            (one.person_id, one.tech_id_index, one.tech_id_sealed)
            for one in rows if one.tech_id_index is not None and one.line not in batch.without_tech_id
        ]),
    ]  # fmt: skip


def _account(one: PreparedRow, without_number: frozenset[int]) -> Row:
    doubled = one.line in without_number
    status, locked_for = (AccountStatus.LOCKED.value, DUPLICATE) if doubled else (one.status, None)
    if not doubled and status == AccountStatus.LOCKED:
        locked_for = "imported"
    return (
        one.person_id, one.account_id, status, one.proof, "vi", one.created_at, one.proved_at, False, locked_for,
        "citizen", one.created_at,
    )  # fmt: skip


def _contacts(one: PreparedRow) -> Iterator[Sequence[object]]:
    if one.phone_index is not None:
        yield one.person_id, one.account_id, "phone", one.phone_index, one.phone_sealed, one.created_at
    if one.email_index is not None:
        yield one.person_id, one.account_id, "email", one.email_index, one.email_sealed, one.created_at
