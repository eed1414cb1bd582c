"""What the packages above need to read of recoveries and notices."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from idp.account.notices.model import Notice, NotMeCode
from idp.kernel.ids import AccountId, PersonId, RecoveryId
from idp.recovery.model import Recovery


class RecoveryReader(Protocol):
    """Reads recoveries."""

    async def by_reference(self, reference_hash: bytes) -> Recovery | None:
        """Return the recovery with this reference, open or over."""

    async def by_id(self, person_id: PersonId, recovery_id: RecoveryId) -> Recovery | None:
        """Return one recovery, open or over."""

    async def open_of(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Recovery | None:
        """Return the open recovery of an account."""

    async def waiting(self, begun_before: datetime, now: datetime, after_id: str, limit: int) -> Sequence[Recovery]:
        """Return up to `limit` recoveries of accounts that still wait and began before an instant, in order of id."""

    async def locked_for(self, person_id: PersonId, account_id: AccountId) -> str | None:
        """Return why an account is locked; None if it is not, or was before reasons were kept."""


class NoticeReader(Protocol):
    """Reads notices and the codes that they carry."""

    async def of_person(self, person_id: PersonId, limit: int) -> Sequence[Notice]:
        """Return a person's newest notices, the newest first."""

    async def unread(self, person_id: PersonId) -> int:
        """Return how many notices a person has not seen yet."""

    async def not_me_code(self, code_hash: bytes, now: datetime) -> NotMeCode | None:
        """Return whose account a code locks; None if it is unknown, was used or has expired."""
