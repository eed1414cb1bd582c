"""The port of the command that wraps imported hashes: those that stand in the store as another system made them."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from idp.kernel.ids import AccountId, PersonId
from records.structs import Unprinted


class StoredHash(Unprinted, Struct, frozen=True):
    """One account's hash as it stands."""

    person_id: PersonId
    account_id: AccountId
    hash: str


class UnwrappedHashStore(Protocol):
    """Finds and exchanges them, while people sign in."""

    async def after(self, person_id: PersonId, account_id: AccountId, limit: int) -> Sequence[StoredHash]:
        """Return up to `limit` that follow an account, in the order of the ids; "" twice for the beginning."""

    async def exchange(self, stored: Sequence[StoredHash], wrapped: Sequence[str]) -> int:
        """Put each wrapped hash in the place of its own, where that still stands; return for how many it did."""

    async def some_are_left(self) -> bool:
        """Say whether any is left; cheap however many passwords there are."""
