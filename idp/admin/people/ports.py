"""What finding people and acting on their accounts needs of the packages beside it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from idp.account.notices.model import NoticeKind
from idp.account.people import AccountKey, PersonRecord
from idp.admin.people.commands import Purpose
from idp.kernel.effects import Effect
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber


class Lookup(Struct, frozen=True):
    """A permission to see whom one lookup found, for a short while: kept sealed, under a name that nobody guesses."""

    keys: tuple[AccountKey, ...]
    purpose: Purpose
    case: str
    ends_at: datetime


class LookupStore(Protocol):
    """Keeps lookups for a short while; `place` is the session that made one, and opens it for no other."""

    async def start(self, draft: Lookup, browser: str) -> str:
        """Keep a lookup and return its name."""

    async def load(self, name: str, browser: str) -> Lookup | None:
        """Return a lookup; None if it is unknown, over, or another session's."""


class PersonTeller(Protocol):
    """Tells a person what happened to their account, on every contact."""

    def tell(
        self, record: PersonRecord, kind: NoticeKind, now: datetime, details: Mapping[str, str]
    ) -> Sequence[Effect]:
        """Return the effects that tell, for the transaction of what they tell."""


class RecoveryDesk(Protocol):
    """Begins an assisted recovery with the person before the officer or on the phone."""

    async def begin(self, number: PersonalNumber, phone: PhoneNumber) -> str | None:
        """Send a code to the phone that the person shows, and return the draft's name; None when enough were begun."""
