"""What the packages above need to read of accounts."""

from typing import Protocol

from idp.account.model import SignInRecord
from idp.kernel.ids import AccountId, PersonId


class AccountReader(Protocol):
    """Reads accounts."""

    async def for_sign_in(self, number_index: bytes) -> SignInRecord | None:
        """Return the account that the personal number with this blind index signs in to."""

    async def for_password(self, number_index: bytes) -> tuple[SignInRecord | None, str | None]:
        """Return the account, or None with the password hash of somebody else (None if there is nobody).

        Verifying that one costs what verifying the next account's costs: so hashes of unequal cost tell nobody
        whether a number has an account (EN-1).
        """

    async def by_id(self, person_id: PersonId, account_id: AccountId) -> SignInRecord | None:
        """Return one account."""
