"""Known devices: browsers that an account signed in from and did not call shared."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from msgspec import Struct

from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, DeviceId, PersonId

# A browser that has not been seen for longer is unrecognised again (browsers keep cookies 400 days, RFC 6265bis 5.5).
DEVICE_LIFE = timedelta(days=400)
# One browser may be known to several members of a family.
DEVICE_SECRETS_KEPT = 5


class Device(Struct, frozen=True):
    """One browser as one account knows it."""

    id: DeviceId
    person_id: PersonId
    account_id: AccountId
    secret_hash: bytes
    browser: str
    created_at: datetime
    last_seen_at: datetime


class RememberDevice(Effect):
    """A browser becomes known to an account."""

    device: Device


class SeeDevice(Effect):
    """A known browser signed in again."""

    device_id: DeviceId
    person_id: PersonId
    at: datetime


class ForgetDevice(Effect):
    """A browser is unrecognised again, because its person says so. Too late if it was forgotten."""

    device_id: DeviceId
    person_id: PersonId
    at: datetime
    claim: ClassVar[bool] = True


class ForgetDevices(Effect):
    """All browsers of an account but one are unrecognised again: after a change that a thief could
    have made way for.
    """

    person_id: PersonId
    account_id: AccountId
    at: datetime
    # The browser that is in front of the person; None forgets every one.
    kept_device_id: DeviceId | None = None


class DeviceReader(Protocol):
    """Reads known devices."""

    async def of_account(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Sequence[Device]:
        """Return the devices an account knows, the last seen first; none that was forgotten or not seen for long."""
