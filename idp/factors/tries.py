"""Counts tries at a second factor durably, by account and factor, before the secret is looked at."""

from datetime import datetime

from msgspec import Struct

from idp.account.model import Account
from idp.factors.answers import Refused, Why
from idp.factors.model import CountTry, FactorReader, ForgetTries
from idp.kernel.effects import Ledger
from idp.sign_in.throttling import FAILURE_LIMIT


class FactorTries(Struct, frozen=True):
    """One counter for each account and factor: fresh codes, sessions and browsers are no fresh guesses (MF-3)."""

    ledger: Ledger
    reader: FactorReader

    async def count(self, account: Account, factor: str, now: datetime) -> Refused | None:
        """Count a try; return why none may be made now.

        After `FAILURE_LIMIT` wrong ones in a row the factor is no good until it is set up anew (SP 800-63B-4 3.2.2).
        """
        if await self.ledger.commit(
            CountTry(person_id=account.person_id, account_id=account.id, factor=factor, now=now, limit=FAILURE_LIMIT)
        ):
            return None
        tries = await self.reader.tries(account.person_id, account.id, factor)
        if tries.failures >= FAILURE_LIMIT or tries.retry_at is None:
            return Refused(Why.DISABLED)
        return Refused(Why.WAIT, tries.retry_at - now)

    @staticmethod
    def forget(account: Account, factor: str) -> ForgetTries:
        """Return the effect that starts the counter anew, for the commit of what a right answer yields."""
        return ForgetTries(person_id=account.person_id, account_id=account.id, factor=factor)
