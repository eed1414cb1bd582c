"""The possible results of a proof that was shown for a recovery."""

from datetime import datetime

from msgspec import Struct

from records.structs import Unprinted


class MaySetPassword(Struct, frozen=True):
    """A factor was shown and the register has proved the person: the draft may set a password now."""


class MustWait(Struct, frozen=True):
    """The person comes back with the reference when the time has come."""

    reference: str
    ready_at: datetime
    # Nobody of the account can be told: another officer has to see the card before then.
    second_officer: bool = False


class WaitingSlip(Unprinted, Struct, frozen=True):
    """What the page after the proof shows to the browser that asked, and to nobody else."""

    reference: str
    ready_at: datetime


class OtherIsOpen(Struct, frozen=True):
    """Somebody waits with another phone already: the first stays, so that nobody can be put off for ever."""


class NotShown(Struct, frozen=True):
    """What was shown does not do for this account (any more)."""


Started = MaySetPassword | MustWait | OtherIsOpen | NotShown
