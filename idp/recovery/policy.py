"""What a recovery needs and how long it waits: numbers and choices."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from idp.recovery.model import Standing


class Evidence(StrEnum):
    """What a person can still show of an account whose password is lost."""

    SMS = "sms"
    TOTP = "totp"
    RECOVERY_CODE = "recovery_code"
    PASSKEY = "passkey"
    # No factor (SP 800-63B-4 3.1.3.1): it only shows that an old channel reaches the person.
    EMAIL = "email"


WAIT = timedelta(days=7)
# Seven days become three for whoever still reads an old channel of the account.
_SHORT_WAIT = (3, 7)
# An officer who saw the card shortens it further, and never to less than two notices.
_ASSISTED_WAIT = (2, 7)
# A person who waited may be in a hospital or at sea when the day comes.
_OPEN_FOR = (2, 1)
_REMIND = (1, 7)


class RecoveryPolicy(Struct, frozen=True):
    """How long whoever has lost every factor waits; all other spans follow from it."""

    wait: timedelta = WAIT
    # From the register's proof to the new password, where a factor was shown.
    hold: timedelta = timedelta(minutes=30)

    def waiting_time(self, *, reached: bool) -> timedelta:
        """Return the wait; shorter if the person has shown that an old channel still reaches them."""
        return self.wait * _SHORT_WAIT[0] / _SHORT_WAIT[1] if reached else self.wait

    def assisted_wait(self, *, own_phone: bool, protected: bool) -> timedelta:
        """Return the wait of a recovery that an officer began at a desk.

        None where the code went to the phone that the account has, which would do without an officer too. With
        another phone an officer alone could be the thief: two days, so that the owner is told twice and can object.
        """
        return timedelta(0) if own_phone and not protected else self.wait * _ASSISTED_WAIT[0] / _ASSISTED_WAIT[1]

    @property
    def phone_rests_for(self) -> timedelta:
        """Return how long a phone whose code alone set a password is no second factor beside that password."""
        return self.waiting_time(reached=True)

    @property
    def open_for(self) -> timedelta:
        """Return how long after the wait the recovery can still be finished."""
        return self.wait * _OPEN_FOR[0] / _OPEN_FOR[1]

    @property
    def remind_every(self) -> timedelta:
        """Return how often the owner is told again meanwhile: each day of seven."""
        return self.wait * _REMIND[0] / _REMIND[1]


def enough(shown: Collection[Evidence], *, protected: bool) -> bool:
    """Say whether what was shown replaces the lost password at once (ASVS 6.4.3, SP 800-63B-4 4.2).

    One factor does where a password alone signs in. Where two steps or strong factors protect the account, one
    factor would become the only one: two are asked for, or a passkey, which is two by itself.
    """
    factors = frozenset(shown) - {Evidence.EMAIL}
    if Evidence.PASSKEY in factors:
        return True
    return len(factors) >= (2 if protected else 1)


def standing_of(shown: Collection[Evidence]) -> Standing:
    """Return what who waits has shown of the account: a factor, or nothing that takes anybody's place."""
    return Standing.FACTOR if frozenset(shown) - {Evidence.EMAIL} else Standing.NOTHING


def phone_alone(shown: Collection[Evidence]) -> bool:
    """Say whether a code to the phone was all: then the phone must not be the second factor beside its own password.

    A code by e-mail besides is a second, separate channel that reaches the owner (SP 800-63B-4 4.2.2.2).
    """
    return frozenset(shown) == {Evidence.SMS}
