"""Days of the numbers: Vietnamese ones, as people and the open data have them."""

from datetime import date, datetime, timedelta

from clients.local_days import day_of
from idp.metrics.summary import OPEN_FOR

DAY = timedelta(days=1)
# Nothing is open any more, and processes have added what they counted for the last time well before this.
SETTLED_AFTER = OPEN_FOR + timedelta(hours=1)


def last_over(now: datetime) -> date:
    """Return the newest day of which every end is known and stored."""
    return day_of(now - SETTLED_AFTER) - DAY
