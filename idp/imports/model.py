"""The model of an import: one prepared row, how far the import has come, and its duplicates."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct, field

from idp.kernel.ids import AccountId, PersonId

# Why an imported account is locked until somebody merges it into the one that has its number.
DUPLICATE = "duplicate"


class PreparedRow(Struct, frozen=True, array_like=True, gc=False):
    """An account that is ready to be stored: sealed, and flat, since ten thousand a second pass between processes.

    Instants are microseconds since the epoch, as they are stored.
    """

    line: int
    person_id: PersonId
    account_id: AccountId
    status: str
    proof: str
    created_at: int
    proved_at: int | None
    number_index: bytes
    number_sealed: bytes
    profile_sealed: bytes
    password_hash: str
    phone_index: bytes | None = None
    phone_sealed: bytes | None = None
    email_index: bytes | None = None
    email_sealed: bytes | None = None
    tech_id_index: bytes | None = None
    tech_id_sealed: bytes | None = None


class Reject(Struct, frozen=True, array_like=True):
    """A row that is not taken: its line, counted from 1, and the word of what is wrong; never what stood there."""

    line: int
    reason: str


class Prepared(Struct, frozen=True, array_like=True):
    """What became of one batch of lines."""

    rows: list[PreparedRow]
    rejects: list[Reject]


class SamePerson(StrEnum):
    """How two rows are known to be about one person."""

    NUMBER = "same_number"
    TECH_ID = "same_tech_id"
    # The number was an account's that nobody had shown anything for: it is set aside, and the row's account has it.
    OUTRANKED = "outranked"
    # The same row once more: nothing is stored.
    ACCOUNT = "same_account"


class Duplicate(Struct, frozen=True):
    """Two accounts under one number or TechID: only who shows both joins them. Without `account_id`, not stored."""

    line: int
    why: SamePerson
    account_id: AccountId | None
    other_account_id: AccountId


class ImportPosition(Struct, frozen=True):
    """How far an import has come; everything before `offset_bytes` is committed."""

    source: str
    offset_bytes: int = 0
    lines_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    finished_at: datetime | None = None


class KnownAccounts(Struct, frozen=True):
    """The indexes that lead to an account already, with its id.

    `outranked`: numbers whose account gives way to an imported one, or did so already.
    """

    by_number: dict[bytes, AccountId]
    by_tech_id: dict[bytes, AccountId]
    outranked: dict[bytes, AccountId] = field(default_factory=dict)


class ReadyBatch(Struct, frozen=True):
    """Accounts to store in one transaction. Those in `without_number` belong to persons whose number is taken.

    `outranked` are numbers that lead to an account which must have been set aside before.
    """

    rows: list[PreparedRow]
    without_number: frozenset[int]
    without_tech_id: frozenset[int]
    outranked: tuple[bytes, ...] = ()


class ImportStore(Protocol):
    """Keeps imported accounts with the position that they bring the import to."""

    async def begin(self, source: str, now: datetime) -> ImportPosition:
        """Return where an import stands; a new one stands at the beginning."""

    async def known(self, numbers: list[bytes], tech_ids: list[bytes]) -> KnownAccounts:
        """Return which blind indexes lead, or once led, to an account."""

    async def append(self, batch: ReadyBatch, before: ImportPosition, after: ImportPosition, now: datetime) -> bool:
        """Store a batch and move the position in one transaction.

        False, with nothing written, when somebody else has moved it. Raises `KeyTakenError` when an account that was
        opened meanwhile has one of the numbers: look again.
        """


class KeyTakenError(Exception):
    """A unique key was taken between looking and writing; nothing was written."""
