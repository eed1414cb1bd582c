"""What people decide about their own account: their language, the claims that are theirs, a consent taken back."""

from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from clients.model import ClientId
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId


class ReplaceProfile(Effect):
    """Store the claims anew. Too late if they are no longer those that were read: the register may have spoken."""

    person_id: PersonId
    profile_before: bytes
    profile_sealed: bytes
    claim: ClassVar[bool] = True


class SetLocale(Effect):
    """Remember the language that pages and messages are in."""

    account_id: AccountId
    person_id: PersonId
    locale: str


class WithdrawConsent(Effect):
    """Take a consent back (Luật 91/2025 Đ10). That it was given stays in the audit log. Too late if there is none."""

    person_id: PersonId
    client_id: ClientId
    claim: ClassVar[bool] = True


class ConsentRecord(Struct, frozen=True):
    """A consent as its person sees it."""

    client_id: ClientId
    scope: tuple[str, ...]
    text_version: str
    locale: str
    given_at: datetime
