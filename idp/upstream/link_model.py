"""Accounts at upstream providers that lead to accounts here: linked with proof, by issuer and subject alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Protocol

from msgspec import Struct

from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId
from records.structs import Unprinted

SUBJECT_PLACE = "upstream_subject"


class UpstreamLink(Unprinted, Struct, frozen=True):
    """One linked account. `subject_index` is the keyed hash of the provider's issuer and its subject together."""

    person_id: PersonId
    account_id: AccountId
    provider: str
    subject_index: bytes
    subject_sealed: bytes
    linked_at: datetime
    last_used_at: datetime | None = None


class UpstreamLinkReader(Protocol):
    """Reads links."""

    async def find(self, provider: str, subject_index: bytes) -> UpstreamLink | None:
        """Return the link of a provider's account, whatever the state of the account here."""

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> Sequence[UpstreamLink]:
        """Return the links of an account, oldest first."""


class LinkUpstream(Effect):
    """Link. Too late if the provider's account has a link, or if this is no open account of a citizen."""

    link: UpstreamLink
    claim: ClassVar[bool] = True


class JoinUpstream(Effect):
    """Link an account that is opened in the same commit; where the provider's account has a link, it keeps that one."""

    link: UpstreamLink


class UseUpstreamLink(Effect):
    """Sign in by a link. Too late if it was removed, or if the account is not open."""

    person_id: PersonId
    account_id: AccountId
    provider: str
    subject_index: bytes
    at: datetime
    claim: ClassVar[bool] = True


class UnlinkUpstream(Effect):
    """Remove a link, and set it aside for "not me". Too late if it is gone, or the last way into the account."""

    person_id: PersonId
    account_id: AccountId
    provider: str
    subject_index: bytes
    at: datetime
    claim: ClassVar[bool] = True
