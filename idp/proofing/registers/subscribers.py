"""The port to the carriers' subscriber match: is this phone subscribed under this personal number, and since when?"""

from datetime import date, timedelta
from typing import Protocol

from msgspec import Struct

from idp.proofing.model import Purpose
from idp.proofing.registers.ports import Garbled, NoAnswer
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber


class Subscribed(Struct, frozen=True):
    """The phone is subscribed under the number; `since` is when it was last registered, or moved to a device."""

    since: date


class NotSubscribed(Struct, frozen=True):
    """The phone is not subscribed under the number; under whose, nobody says."""


SubscriberAnswer = Subscribed | NotSubscribed | NoAnswer | Garbled


class SubscriberMatch(Protocol):
    """Asks the carriers (Thông tư 08/2026/TT-BKHCN Đ4: every subscriber is matched with the population register)."""

    async def match(
        self,
        number: PersonalNumber,
        phone: PhoneNumber,
        *,
        request_id: str,
        purpose: Purpose,
        deadline: timedelta,
    ) -> SubscriberAnswer:
        """Return "no answer": there is no such register."""


class NoSubscriberMatch:
    """Stands where no address is set: nobody is asked, and no phone is evidence."""

    async def match(
        self,
        number: PersonalNumber,
        phone: PhoneNumber,
        *,
        request_id: str,
        purpose: Purpose,
        deadline: timedelta,
    ) -> SubscriberAnswer:
        """Return that there is no answer."""
        del number, phone, request_id, purpose, deadline
        return NoAnswer("not_configured")
