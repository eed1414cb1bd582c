"""People as support sees them: found by one exact value, and what is read of one, nothing of it a secret."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from msgspec import Struct

from idp.account.model import Account
from idp.kernel.ids import AccountId, PersonId
from idp.recovery.model import RecoveryMethod
from records.structs import Unprinted

Identifier = Literal["number", "phone", "email"]


class AccountKey(NamedTuple):
    """Which account of which person."""

    person_id: PersonId
    account_id: AccountId


class OpenRecovery(Struct, frozen=True):
    """A recovery that somebody has begun and nobody has ended."""

    way: RecoveryMethod
    started_at: datetime
    ready_at: datetime
    ends_at: datetime


class PersonRecord(Unprinted, Struct, frozen=True):
    """One account with what protects it, counted and named by kind; personal values are sealed."""

    account: Account
    # Why it is locked, as the store has it; None if it is not, or was before reasons were kept.
    locked_for: str | None
    profile_sealed: bytes
    number_sealed: bytes | None
    phone_sealed: bytes | None
    email_sealed: bytes | None
    phone_rests_until: datetime | None
    wrong_passwords: int
    next_try_at: datetime | None
    passkeys: int
    has_authenticator_app: bool
    recovery_codes: int
    upstream_links: int
    # Live ones.
    sessions: int
    grants: int
    last_sign_in_at: datetime | None
    recovery: OpenRecovery | None


class PeopleReader(Protocol):
    """Finds accounts by whole values and reads one; there is no list, and no part of a value finds anybody."""

    async def with_value(self, kind: Identifier, index: bytes, limit: int) -> Sequence[AccountKey]:
        """Return up to `limit` accounts that have a value now, by its blind index."""

    async def with_account_id(self, account_id: AccountId) -> AccountKey | None:
        """Return the account with this id."""

    async def record(self, key: AccountKey, now: datetime) -> PersonRecord | None:
        """Return one account. One read."""
