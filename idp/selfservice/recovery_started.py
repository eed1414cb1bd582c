"""What may come of a proof that was shown for a recovery."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MaySetPassword:
    """A factor was shown and the register has proved the person: the draft may set a password now."""


@dataclass(frozen=True, slots=True)
class MustWait:
    """The person comes back with the reference when the time has come."""

    reference: str
    ready_at: datetime
    # Nobody of the account can be told: another officer has to see the card before then.
    second_officer: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class WaitingSlip:
    """What the page after the proof shows to the browser that asked, and to nobody else."""

    reference: str
    ready_at: datetime


@dataclass(frozen=True, slots=True)
class OtherIsOpen:
    """Somebody waits with another phone already: the first stays, so that nobody can be put off for ever."""


@dataclass(frozen=True, slots=True)
class NotShown:
    """What was shown does not do for this account (any more)."""


Started = MaySetPassword | MustWait | OtherIsOpen | NotShown
