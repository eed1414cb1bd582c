"""How often passwords may be tried: by account, by network, and in the whole service; known devices apart (BF-5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.accounts.devices import Device
from idp.accounts.factors import CountTry
from idp.accounts.model import Account, CountPasswordTry, PasswordRecord, SignInRecord
from idp.accounts.passwords import KNOWN_DEVICE_TRIES
from idp.audit.model import Origin, RecordEvent
from idp.authentication.throttling import FAILURE_LIMIT, NETWORK_WINDOW
from idp.kernel.effects import Ledger
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.shortlived import ShortLivedStore
from idp.national.limits import STANDARD, Limit, LimitReader

# Together the hundred of SP 800-63B-4 3.2.2. Whoever knows only the number uses up the strangers' share.
KNOWN_DEVICE_LIMIT = 20
STRANGERS_LIMIT = FAILURE_LIMIT - KNOWN_DEVICE_LIMIT
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignInLimits:
    """Counts tries before the password is looked at."""

    ledger: Ledger
    store: ShortLivedStore
    strangers_per_minute: int
    # Where the host's environment says something, it counts: benches come from one address.
    strangers_per_network: int | None = None
    limits: LimitReader = STANDARD

    async def admits(self, device: Device | None, origin: Origin) -> bool:
        """Say whether the network may try now; a device that the account knows always may.

        Raises TemporarilyUnavailableError when strangers ask more of the whole service than it takes: known devices
        go on signing in.
        """
        if device is not None:
            return True
        if await self.store.count("sign-ins-of-strangers", _MINUTE) > self.strangers_per_minute:
            raise TemporarilyUnavailableError("too many strangers sign in", retry_after=_MINUTE)
        most = self.strangers_per_network or self.limits.limit(Limit.NETWORK_SIGN_INS)
        return await self.store.count(f"sign-ins:{origin.address}", NETWORK_WINDOW) <= most

    async def count(
        self, record: SignInRecord | None, device: Device | None, refused: RecordEvent, now: datetime
    ) -> bool:
        """Count a try durably; False, with `refused` written, while a wait runs, at the limit, or for nobody.

        One durable write in every case: a try that changed no row would be answered sooner by the time of a flush to
        the disk, and tell who has an account (EN-1).
        """
        if record is not None and (device is not None or not _waits(record.password, now)):
            account = record.account
            if await self.ledger.commit(_try_of(account, device, now)):
                return True
        await self.ledger.commit(refused)
        return False


def _try_of(account: Account, device: Device | None, now: datetime) -> CountTry | CountPasswordTry:
    if device is not None:
        return CountTry(account.person_id, account.id, KNOWN_DEVICE_TRIES, now, KNOWN_DEVICE_LIMIT)
    return CountPasswordTry(account.id, account.person_id, now, STRANGERS_LIMIT)


def _waits(password: PasswordRecord, now: datetime) -> bool:
    """Say whether strangers must wait, as it was read: the count itself would say the same, a statement later."""
    return password.failures >= STRANGERS_LIMIT or (password.retry_at is not None and password.retry_at > now)
