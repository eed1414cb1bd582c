"""Two accounts of one person that become one, and how that is undone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from msgspec import Struct

from clients.model import ClientId
from idp.delegation.model import Mandate
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, MandateId, PersonId
from idp.kernel.places import Column
from records.structs import Unprinted

MERGE_PLACE = Column("merge")
# What `locked_for` says of an account that went up in another.
MERGED = "merged"
# The kind of an identifier beside those of contacts.
NUMBER = "number"
UNDO_FOR = timedelta(days=30)


class MergeBefore(Struct, frozen=True):
    """What undoing needs; kept sealed, as it names whom the person dealt with. Indexes are in hexadecimal."""

    account_id: AccountId
    status: str
    locked_for: str | None
    # (index, end of its time), (kind, index), (client, instant), (provider, index), ids, sectors.
    identifiers: list[tuple[str, int | None]]
    contacts: list[tuple[str, str]]
    consents: list[tuple[str, int]]
    links: list[tuple[str, str]]
    # Ids of the mandates that the other held.
    mandates: list[MandateId]
    sectors: list[str]
    claims: list[str]
    # Ids of the mandates that the other gave, and of those that are for the other.
    given: list[str] = []
    helped: list[MandateId] = []
    # What ended because both are one now: id -> id of the one that says the same, empty for one between the two.
    ended: dict[MandateId, MandateId] = {}
    # What hangs under another since: id -> (before, after).
    under: dict[MandateId, tuple[MandateId | None, MandateId | None]] = {}


class Belongings(Struct, frozen=True):
    """What an account and its person have that a merge concerns."""

    status: str
    locked_for: str | None
    # Whether its identity is proved; a match with the register is none.
    proved: bool
    profile_sealed: bytes
    identifiers: tuple[tuple[str, int | None], ...]
    contacts: tuple[tuple[str, str], ...]
    consents: tuple[tuple[str, int], ...]
    links: tuple[tuple[str, str], ...]
    has_tech_id: bool
    absorbed_others: bool
    # The sealed values by kind (`number`, `phone`, `email`) and index.
    sealed: Mapping[tuple[str, str], bytes]


class Merge(Struct, frozen=True):
    """A merge as it is kept."""

    id: str
    person_id: PersonId
    merged_person_id: PersonId
    merged_account_id: AccountId
    before_sealed: bytes
    done_by: str
    at: datetime
    undo_until: datetime
    undone_at: datetime | None = None


class KeepOpen(Effect):
    """The account that stays must be open when the other goes up in it. Too late if it is not."""

    account_id: AccountId
    person_id: PersonId
    claim: ClassVar[bool] = True


class AbsorbAccount(Effect):
    """Close an account and hand over what the other lacks; too late if it is closed, or has taken up others itself.

    Its sessions and grants end, its portals are told until `gives_up_at`. Its numbers go on to lead to the person, but
    to no sign-in.
    """

    merge: Merge
    to_account_id: AccountId
    reason: str
    gives_up_at: datetime
    claim: ClassVar[bool] = True


class HoldsStill(Effect):
    """An account has as many numbers and contacts as were read: each that goes over is sealed anew. Else too late."""

    account_id: AccountId
    person_id: PersonId
    identifiers: int
    contacts: int
    claim: ClassVar[bool] = True


class SealForOther(Unprinted, Effect):
    """Put the seal of its new person on a value that went over; too late if another value stands there."""

    person_id: PersonId
    blind_index: bytes
    sealed: bytes
    claim: ClassVar[bool] = True


class SealNumber(SealForOther):
    """A number."""


class SealContact(SealForOther):
    """A phone or an e-mail address."""


class MandateCounts(Struct, frozen=True):
    """How many mandates of two persons there are, and in which state: none of these numbers ever comes back."""

    found: int
    accepted: int
    ended: int
    suspended: int


class JoinMandates(Effect):
    """What is for, held by or given by the one that goes is the other's from now on, with its dates.

    `before` says what ends because both are one, and what hangs under another then. Who acts for the one that goes is
    asked again. Too late if the mandates are no longer as they were counted. Comes before `AbsorbAccount`.
    """

    merge: Merge
    before: MergeBefore
    counts: MandateCounts
    gives_up_at: datetime
    claim: ClassVar[bool] = True


class PartMandates(Effect):
    """Give mandates back as they were; what ended or changed hands since stays so. Comes before `UndoMerge`.

    What the one that stays gave since under a right that goes back ends, with all under it.
    """

    merge: Merge
    before: MergeBefore
    at: datetime
    reason: str
    gives_up_at: datetime


class KeepSubjects(Effect):
    """These sectors go on to know the person as whom they knew."""

    person_id: PersonId
    sectors: tuple[str, ...]
    subject_id: PersonId


class GiveBackSubjects(Effect):
    """These sectors know the one that stayed by its own subject from now on."""

    merge: Merge
    sectors: tuple[str, ...]


class UndoMerge(Effect):
    """Make two accounts of one again. Too late if that was done, or its time is over.

    Whoever is signed in to the one that stayed is signed out: its tokens may bear the other's subject, or act by a
    right that goes back.
    """

    merge: Merge
    account_id: AccountId
    status: str
    locked_for: str | None
    at: datetime
    reason: str
    gives_up_at: datetime
    claim: ClassVar[bool] = True


class GiveBack(Unprinted, Effect):
    """Return one thing to the account it came from, if it is still there: what was given up since stays given up.

    `key` names it, `value` is how it was before.
    """

    merge: Merge
    account_id: AccountId
    key: str
    value: int | str | None = None
    # With the seal of the row it goes back to, where it is sealed.
    sealed: bytes | None = None


class GiveBackIdentifier(GiveBack):
    """A number, by its index; the value is when its time ended."""


class GiveBackContact(GiveBack):
    """A phone or an e-mail address; the value is its index: one that replaced it stays."""


class GiveBackConsent(GiveBack):
    """A consent, by client; the value is when it was given: one that was given anew belongs to who gave it."""


class GiveBackLink(GiveBack):
    """An upstream account, by provider; the value is its index."""


class MergeReader(Protocol):
    """Reads what merging needs."""

    async def belongings(self, person_id: PersonId, account_id: AccountId) -> Belongings | None:
        """Return what an account has."""

    async def acted_for_at(self, person_id: PersonId) -> Sequence[ClientId]:
        """Return the clients at which somebody acted for a person: they may know that one by nothing else."""

    async def mandates(self, person_id: PersonId, other_id: PersonId) -> Sequence[Mandate]:
        """Return all mandates that concern one of two persons, ended ones too, with what was given under theirs.

        Among them the open offers to a number of theirs.
        """

    async def above(self, person_id: PersonId, other_id: PersonId) -> Mapping[MandateId, MandateId | None]:
        """Return what each mandate that concerns one of two persons hangs under, and each of those, up to the top."""

    async def merge(self, merged_account_id: AccountId) -> Merge | None:
        """Return the last merge of an account into another."""

    async def merged_since(self, person_id: PersonId, account_id: AccountId, since: datetime) -> Merge | None:
        """Return the last merge, not undone, that an account was part of since an instant, on either side."""
