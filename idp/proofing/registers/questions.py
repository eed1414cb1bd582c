"""Questions to a register that anonymous people cause: counted durably before they are sent."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from idp.audit.model import Origin
from idp.kernel.effects import Ledger
from idp.kernel.errors import TooManyError
from idp.kernel.secrets import HashKey
from idp.sign_in.counts import CountWithin
from idp.sign_in.networks import WIDE_SHARE, network_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# About one number in a day: a person mistypes, a guesser of birth dates goes on. Two shares, so that one network
# does not use up what the number's owner may ask from another.
ABOUT_ONE_BY_NETWORK = 5
ABOUT_ONE = 10
# A one-stop office behind one address registers people all day.
OF_NETWORK = 120


class AskedFor(StrEnum):
    """Why the register is asked. Each is counted apart: registering somebody's number does not stop their recovery."""

    REGISTRATION = "registration"
    RECOVERY = "recovery"
    # Something of the account was shown before: no unrecognised device uses this share up.
    RECOVERY_SHOWN = "recovery_shown"


class TooManyQuestionsError(TooManyError):
    """The register is not asked for this person now; a desk, or another way, can."""

    code = "too_many_questions"


class RegisterQuestions(Struct, frozen=True):
    """The one rule before every question for somebody who is not signed in."""

    ledger: Ledger
    counted: HashKey
    # From the whole service in an hour.
    service: int
    about_one: int = ABOUT_ONE
    about_one_by_network: int = ABOUT_ONE_BY_NETWORK

    async def count(self, asked_for: AskedFor, number: str, origin: Origin, now: datetime) -> None:
        """Count a question, all of it or nothing. Raises `TooManyQuestionsError` where no more may be asked."""
        # One after the other, the narrowest first: what one network is refused takes nothing from the number, nor from
        # the service. In one commit: what the number or the service refuses takes nothing from the network either.
        network = network_of(origin.address)
        about = f"{asked_for}|{number}"
        counts = [self._one("network", network.narrow, OF_NETWORK, HOUR, now)]
        if network.wide is not None:
            counts.append(self._one("network", network.wide, OF_NETWORK * WIDE_SHARE, HOUR, now))
        counts += [
            self._one("number_by_network", f"{about}|{network.narrow}", self.about_one_by_network, DAY, now),
            self._one("number", about, self.about_one, DAY, now),
            self._one("service", "all", self.service, HOUR, now),
        ]
        if not await self.ledger.commit(*counts):
            raise TooManyQuestionsError("the register was asked enough", retry_after=HOUR)

    def _one(self, kind: str, who: str, most: int, window: timedelta, now: datetime) -> CountWithin:
        value_hash = self.counted.digest(who)
        return CountWithin(purpose=f"register.{kind}", value_hash=value_hash, at=now, window=window, most=most)
