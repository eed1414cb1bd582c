"""How often codes of a recovery may be tried and sent, so that no unrecognised device uses up what the owner may."""

from datetime import datetime, timedelta

from msgspec import Struct

from idp.audit.model import Origin
from idp.kernel.secrets import HashKey
from idp.kernel.shortlived import ShortLivedStore
from idp.recovery.drafts import RecoveryDraft
from idp.recovery.policy import Evidence
from idp.settings.limits import STANDARD, Limit, LimitReader
from idp.sign_in.counts import CountWithin
from idp.sign_in.networks import network_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# At one kind of evidence of one account: by one network or the devices that the account knows, and by all unrecognised
# devices together. SP 800-63B-4 3.2.2 wants a hundred in a row at most; these are never all wrong for the owner's sake.
TRIES_OF_ONE = 5
TRIES_OF_UNRECOGNISED = 50


class RecoveryLimits(Struct, frozen=True):
    """Counts apart who comes from where: by the number alone nobody keeps its owner out, and no wait is for good."""

    store: ShortLivedStore
    counted: HashKey
    limits: LimitReader = STANDARD

    def tries(self, draft: RecoveryDraft, asked: Evidence, origin: Origin, now: datetime) -> tuple[CountWithin, ...]:
        """Return what counts a try, durably, before the code is looked at."""
        purpose, account = f"recovery.{asked}", draft.account_id
        mine = self._of(f"{account}|{_who(draft, origin)}")
        one = CountWithin(purpose=purpose, value_hash=mine, at=now, window=HOUR, most=TRIES_OF_ONE)
        if draft.known_device:
            return (one,)
        everybody = CountWithin(
            purpose=purpose, value_hash=self._of(account), at=now, window=DAY, most=TRIES_OF_UNRECOGNISED
        )
        return one, everybody

    async def may_send(self, draft: RecoveryDraft, origin: Origin) -> bool:
        """Count a message that somebody asks for. What the phone gets from all of them is bounded besides."""
        counted = f"recovery-codes:{self._of(f'{draft.account_id}|{_who(draft, origin)}').hex()}"
        return await self.store.count(counted, HOUR) <= self.limits.limit(Limit.RECOVERY_CODES)

    def _of(self, who: str) -> bytes:
        return self.counted.digest(who)


def _who(draft: RecoveryDraft, origin: Origin) -> str:
    return "known device" if draft.known_device else network_of(origin.address).narrow
