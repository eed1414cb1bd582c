"""What the packages above need to read of proofs."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from clients.model import ClientId
from idp.kernel.ids import AccountId, PersonId
from idp.proofing.proof import HeldIdentity, JobPurpose, RegisterJob, StoredReceipt


class RegisterJobs(Protocol):
    """The verifications that wait, shared by every worker."""

    async def lease(
        self, now: datetime, until: datetime, limit: int, purposes: Collection[JobPurpose] = tuple(JobPurpose)
    ) -> list[RegisterJob]:
        """Take up to `limit` due jobs of some purposes; nobody else gets them before `until`."""

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> list[RegisterJob]:
        """Return an account's jobs, the newest first."""

    async def for_organisations(self, person_id: PersonId) -> list[RegisterJob]:
        """Return a person's jobs about organisations, the newest first."""


class FormerHolder(Struct, frozen=True):
    """A person to whom a number once led and who has no open account: a ward, or who closed theirs (`closed`)."""

    person_id: PersonId
    account_id: AccountId
    profile_sealed: bytes
    closed: bool


class PersonIdentity(Struct, frozen=True):
    """The number that a person has now, or had last, and their claims; both sealed."""

    number_sealed: bytes
    profile_sealed: bytes


class Identities(Protocol):
    """Reads what accounts hold of identities."""

    async def of_account(
        self, person_id: PersonId, account_id: AccountId, known_as: PersonId | None = None
    ) -> HeldIdentity | None:
        """Return the identity behind an account, with the TechID of the person that the asking client knows."""

    async def proved_before(self, instant: datetime, limit: int) -> list[tuple[PersonId, AccountId]]:
        """Return (person id, account id) of open accounts whose proof is older and which no job waits for."""

    async def proved_by_data_alone(self, limit: int) -> list[tuple[PersonId, AccountId]]:
        """Return (person id, account id) of citizens' open accounts that are proved without evidence."""

    async def clients_of(self, person_id: PersonId) -> list[tuple[ClientId, PersonId]]:
        """Return (client id, whose subject it knows) of the clients that ever got a token about a person.

        Those of persons merged into this one belong to them.
        """

    async def of_person(self, person_id: PersonId) -> PersonIdentity | None:
        """Return who a person is, whether they have an account or not."""

    async def without_account(self, number_index: bytes) -> Sequence[FormerHolder]:
        """Return the persons to whom a number once led, and who have no open account under any number now."""

    async def held_by_another(self, number_index: bytes, person_id: PersonId) -> bool:
        """Say whether a number leads, or once led, to another person."""

    async def applied(self, purpose: str, value_hash: bytes) -> bool:
        """Say whether a value was used once for a purpose."""


class FeedPositions(Protocol):
    """How far each feed has been applied."""

    async def lease(self, feed: str, now: datetime, until: datetime) -> str | None:
        """Return the cursor of a feed that is due, "" for the beginning; nobody else gets it before `until`."""

    async def advance(self, feed: str, before: str, cursor: str, due_at: datetime) -> None:
        """Write down the next cursor and when to read on; nothing if somebody else has moved it."""


class Receipts(Protocol):
    """Reads receipts."""

    async def of_person(self, person_id: PersonId) -> list[StoredReceipt]:
        """Return a person's receipts, the newest first."""
