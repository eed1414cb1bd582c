"""Counters that survive the loss of the short-lived store, each for a window of time."""

from datetime import datetime, timedelta
from typing import ClassVar

from idp.kernel.effects import Effect


class CountWithin(Effect, kw_only=True):
    """Count one more of a purpose for whom the hash names. Too late when there were `most` in the window that runs.

    The window begins with the first that is counted, and what is refused is not counted: it ends by itself.
    Several in one commit are all counted or none, so that what one refuses takes nothing of the others.
    """

    purpose: str
    value_hash: bytes
    at: datetime
    window: timedelta
    most: int
    claim: ClassVar[bool] = True
