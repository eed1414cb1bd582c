"""How long mandates last, how many may be offered, and how long a former representative's word outlives them."""

from datetime import UTC, date, datetime, timedelta

from clients.local_days import day_ends
from idp.proofing.values.birth_dates import BirthDate

# BLDS 2015 Đ563: without an agreement an authorisation lasts a year. Longer ones are renewed knowingly.
LONGEST_MANDATE = timedelta(days=366)
# A legal representative is one until the register says otherwise.
WITHOUT_END = datetime(9999, 12, 31, tzinfo=UTC)
# Whoever guesses numbers learns nothing from an offer, and must not flood strangers either.
OFFERS_A_DAY, DAY = 20, timedelta(days=1)
MOST_GIVEN = 200
# The register is asked about an organisation when somebody claims it, and again when they press the button.
CLAIMS_AN_HOUR, HOUR = 10, timedelta(hours=1)
# What has ended stays on the pages this long; the activity page keeps it.
SHOWN_FOR = timedelta(days=90)
# What a former representative gave waits this long for the new one's word.
CONFIRM_WITHIN = timedelta(days=30)
# vietnam.md 2.7: from 14 on a person acts with an account of their own.
FULL_AGE_FOR_ONESELF = 14


def guardianship_ends(born: BirthDate) -> datetime:
    """Return when a child turns 14: of a year alone, the latest day it can be."""
    month, day = born.month or 12, born.day or 31
    # 29 February comes the day after the 28th in a common year (BLDS 2015 Đ148: the day after the last one).
    leap = (month, day) == (2, 29)
    last = date(born.year + FULL_AGE_FOR_ONESELF, month, 28 if leap else day)
    return day_ends(last) if leap else day_ends(last - timedelta(days=1))
