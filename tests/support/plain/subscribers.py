"""The carriers' subscriber match as a dictionary: the plain second implementation of its port."""

from collections.abc import Mapping
from datetime import date, timedelta

from idp.proofing.model import Purpose
from idp.proofing.registers.subscribers import NotSubscribed, Subscribed, SubscriberAnswer
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber

LONG_AGO = date(2024, 3, 1)


class PlainSubscribers:
    """Implements `SubscriberMatch` by (number, phone) -> since when; `trouble` is answered instead, while it is set."""

    def __init__(self, subscribed: Mapping[tuple[str, str], date] | None = None) -> None:
        self.subscribed = dict(subscribed or {})
        self.trouble: SubscriberAnswer | None = None
        self.questions: list[tuple[str, str]] = []

    async def match(
        self,
        number: PersonalNumber,
        phone: PhoneNumber,
        *,
        request_id: str,
        purpose: Purpose,
        deadline: timedelta,
    ) -> SubscriberAnswer:
        """Return what is written down."""
        del deadline
        self.questions.append((request_id, purpose.code))
        if self.trouble is not None:
            return self.trouble
        since = self.subscribed.get((number.digits, phone.e164))
        return NotSubscribed() if since is None else Subscribed(since)
