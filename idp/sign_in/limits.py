"""How often passwords may be tried: by account, by network, and in the whole service; known devices apart (BF-5)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from secrets import randbelow

from msgspec import Struct, field

from idp.account.model import Account, CountPasswordTry, PasswordRecord, SignInRecord
from idp.audit.model import Origin, RecordEvent
from idp.audit.refusals import AnonymousRefusals
from idp.factors.model import CountTry
from idp.factors.password.effects import KNOWN_DEVICE_TRIES
from idp.factors.password.ports import Lane
from idp.kernel.effects import Effect, Ledger
from idp.kernel.errors import BusyError
from idp.kernel.shortlived import ShortLivedStore
from idp.settings.limits import STANDARD, Limit, LimitReader
from idp.sign_in.admission import Admission
from idp.sign_in.counts import CountWithin
from idp.sign_in.device_model import Device
from idp.sign_in.networks import network_admits, network_of
from idp.sign_in.throttling import FAILURE_LIMIT, NETWORK_WINDOW

# Together the hundred of SP 800-63B-4 3.2.2. Whoever knows only the number uses up the share of unrecognised devices.
KNOWN_DEVICE_LIMIT = 20
UNRECOGNISED_LIMIT = FAILURE_LIMIT - KNOWN_DEVICE_LIMIT
# So many sign-ins of one account by known devices go before others in five minutes: who has an account and a device
# of their own would otherwise keep the reserved share busy by right passwords.
KNOWN_DEVICE_SIGN_INS = 30
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_COUNTED_ON, _NO_BOUND = 64, 2**31 - 1


class SignInLimits(Struct, frozen=True):
    """Counts tries before the password is looked at."""

    ledger: Ledger
    store: ShortLivedStore
    # How many unrecognised devices this process serves at once, by what it was measured to hash.
    admission: Admission
    # Where the host's environment says something, it counts: benches come from one address.
    strangers_per_minute: int | None = None
    strangers_per_network: int | None = None
    limits: LimitReader = STANDARD
    refusals: AnonymousRefusals = field(default_factory=AnonymousRefusals)

    async def admits(self, device: Device | None, origin: Origin) -> Lane | None:
        """Say in which lane a try may wait for its hash; None while its network has none left.

        A device that the account knows always may, and before others up to `KNOWN_DEVICE_SIGN_INS`. Raises `BusyError`
        when unrecognised devices ask more of the whole service than it takes, of what their networks let through.
        """
        if device is not None and await self._known_is_within(device):
            return Lane.RECOGNISED
        most = self.strangers_per_network or self.limits.limit(Limit.NETWORK_SIGN_INS)
        if not await network_admits(self.store, "sign-ins", origin.address, most):
            return None
        if self.strangers_per_minute is not None:
            await self._count_minute(self.strangers_per_minute)
        return Lane.ANYBODY

    @contextmanager
    def place(self, lane: Lane) -> Iterator[None]:
        """Hold an unrecognised device's place while the block runs, taken before anything is counted against an
        account.

        Raises `BusyError` when this process serves as many as it can.
        """
        if lane is Lane.RECOGNISED:
            yield
        else:
            with self.admission.place():
                yield

    async def _known_is_within(self, device: Device) -> bool:
        return await self.store.count(f"sign-ins-known:{device.account_id}", NETWORK_WINDOW) <= KNOWN_DEVICE_SIGN_INS

    async def _count_minute(self, most: int) -> None:
        if await self.store.count("sign-ins-of-strangers", _MINUTE) > most:
            raise BusyError("too many strangers sign in", retry_after=_MINUTE)

    async def count(
        self, record: SignInRecord | None, device: Device | None, refused: RecordEvent, now: datetime
    ) -> bool:
        """Count a try durably; False, with `refused` written or counted, while a wait runs, at the limit, for nobody.

        One durable write in every case: a try that changed no row would be answered sooner by the time of a flush to
        the disk, and tell who has an account (EN-1).
        """
        if record is not None and (device is not None or not _waits(record.password, now)):
            account = record.account
            if await self.ledger.commit(_try_of(account, device, now)):
                return True
        await self.ledger.commit(self._refusal(refused, now))
        return False

    def _refusal(self, refused: RecordEvent, now: datetime) -> Effect:
        """Return what is written of a refusal that counts against no account, so that nothing else bounds it."""
        network = network_of(refused.origin.address).narrow
        if self.refusals.is_written(refused.name, network, now):
            return refused
        # On one of some rows by chance, so that refusals at once do not wait for each other.
        row = bytes([randbelow(_COUNTED_ON)])
        return CountWithin(purpose="password.refused", value_hash=row, at=now, window=_HOUR, most=_NO_BOUND)


def _try_of(account: Account, device: Device | None, now: datetime) -> CountTry | CountPasswordTry:
    if device is not None:
        return CountTry(
            person_id=account.person_id,
            account_id=account.id,
            factor=KNOWN_DEVICE_TRIES,
            now=now,
            limit=KNOWN_DEVICE_LIMIT,
        )
    return CountPasswordTry(account_id=account.id, person_id=account.person_id, now=now, limit=UNRECOGNISED_LIMIT)


def _waits(password: PasswordRecord, now: datetime) -> bool:
    """Say whether unrecognised devices must wait, as it was read: the count itself would say the same, a statement
    later.
    """
    return password.failures >= UNRECOGNISED_LIMIT or (password.retry_at is not None and password.retry_at > now)
