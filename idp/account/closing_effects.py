"""Closing an account for good: what is erased at once, and what stays sealed because the law keeps it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from msgspec import Struct

from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId
from idp.proofing.evidence import Evidence

# How long its owner may think again. A setting of the process; this is its default.
ERASE_AFTER = timedelta(days=30)


class EraseAccount(Effect):
    """Erase what the law does not keep (Luật 91/2025 Đ14), and free the number for a new account of the same person.

    Gone: contacts, password, passkeys, one-time-password secret, recovery codes, counters, devices, approvals, alarms,
    recoveries, notices, consents and what waits for the register. `profile_sealed` replaces the claims. The number
    stays sealed with its end, the grants as ended ones: they are the record of what was released (NĐ 69/2024, 5 years).
    """

    account_id: AccountId
    person_id: PersonId
    profile_sealed: bytes
    at: datetime
    reason: str


class ScheduleErasure(Effect):
    """Say from when a closed account may be erased. Belongs after the `SetAccountStatus` that closes it."""

    account_id: AccountId
    person_id: PersonId
    erase_at: datetime


class BeginErasure(Effect):
    """Erase a closed account in this commit. Too late if it was opened again, or if somebody else does so."""

    account_id: AccountId
    person_id: PersonId
    now: datetime
    claim: ClassVar[bool] = True


class ForgetAccount(Effect):
    """Delete what the law kept of an account that its owner closed before an instant, and of its person if no other is.

    Too late if somebody else has done so, or if the account was not closed by then.
    """

    account_id: AccountId
    person_id: PersonId
    closed_before: datetime
    claim: ClassVar[bool] = True


class ClosedAccountIds(Struct, frozen=True):
    """An account that is closed, by its ids: nothing else is asked of it."""

    person_id: PersonId
    account_id: AccountId


class ClosedAccounts(Protocol):
    """Finds accounts whose time is over."""

    async def due_for_erasure(self, now: datetime, limit: int) -> Sequence[ClosedAccountIds]:
        """Return up to `limit` accounts that were closed long enough ago to be erased."""

    async def closed_before(self, instant: datetime, limit: int) -> Sequence[ClosedAccountIds]:
        """Return up to `limit` accounts that their owners closed before an instant."""


class FormerPerson(Struct, frozen=True):
    """Who closed their account, and what their proof rested on; None for data alone, or for a ward."""

    person_id: PersonId
    evidence: Evidence | None
    # Known to portals since before: what the former system saw of them is not known here.
    imported: bool = False


class FormerPersons(Protocol):
    """Knows who closed their account."""

    async def known_to_portals(self, person_id: PersonId) -> bool:
        """Say whether portals of before know a person by a TechID."""

    async def former_person(self, number_index: bytes) -> FormerPerson | None:
        """Return the proved person who once closed their account under this number, if it leads to none now.

        Who was never proved left nothing that the number could bring back: nobody knows whose it was. A ward, whom
        the register named and who never had an account, is found like one who closed theirs.
        """
