"""Known devices at sign-in: recognised by a secret, remembered after a full sign-in, reported when new."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from idp.account.model import Account
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.audit.model import Origin
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, DeviceId, PersonId, new_id
from idp.kernel.secrets import HashKey, new_secret
from idp.sign_in.device_model import Device, DeviceReader, RememberDevice, SeeDevice

# Who opens an account signs in next, and was told by SMS that it is open: nothing new to say.
JUST_OPENED = timedelta(minutes=30)


class DeviceOutcome(Struct, frozen=True):
    """What a full sign-in means for the browser: commit `effects` with the session and give it `device_id`.

    `new_secret` is to be given to the browser (`Cookies.add_device`); None when it is known or must stay unrecognised.
    """

    effects: tuple[Effect, ...]
    device_id: DeviceId | None
    new_secret: str | None


class KnownDevices(Struct, frozen=True):
    """Tells known browsers from unrecognised ones."""

    reader: DeviceReader
    device_hash: HashKey
    notices: Notices

    async def find(self, account: Account | None, presented: Sequence[str], now: datetime) -> Device | None:
        """Return the device whose secret a browser presents, if this account knows it.

        `presented` are the secrets of the browser's cookie. An unknown account costs the same read (EN-1), and no
        secret is worth anything at another account (MF-11).
        """
        if not presented:
            return None
        person_id, account_id = (account.person_id, account.id) if account else (PersonId(""), AccountId(""))
        known = await self.reader.of_account(person_id, account_id, now)
        hashes = {self.device_hash.digest(secret) for secret in presented}
        return next((device for device in known if device.secret_hash in hashes), None)

    async def knows(self, person_id: PersonId, account_id: AccountId, presented: Sequence[str], now: datetime) -> bool:
        """Say whether the account of these ids, which may be nobody's, knows a browser by one of its secrets."""
        if not presented:
            return False
        hashes = {self.device_hash.digest(secret) for secret in presented}
        return any(device.secret_hash in hashes for device in await self.reader.of_account(person_id, account_id, now))

    async def arrive(
        self, to: Reachable, presented: Sequence[str], origin: Origin, now: datetime, *, shared_computer: bool
    ) -> DeviceOutcome:
        """Return what a full sign-in of an account from a browser brings.

        An unrecognised browser is reported to the person, also on a shared computer: a thief would tick that box.
        """
        account = to.account
        device = await self.find(account, presented, now)
        if device is not None and not shared_computer:
            return DeviceOutcome((SeeDevice(device_id=device.id, person_id=device.person_id, at=now),), device.id, None)
        reported = self._reported(to, origin, now) if device is None else ()
        if shared_computer:
            return DeviceOutcome(reported, None, None)
        # A secret of its own for each account: one that was planted in the browser before would know its way in.
        secret = new_secret()
        hashed = self.device_hash.digest(secret)
        new = Device(DeviceId(new_id()), account.person_id, account.id, hashed, origin.browser, now, now)
        return DeviceOutcome((RememberDevice(device=new), *reported), new.id, secret)

    def _reported(self, to: Reachable, origin: Origin, now: datetime) -> tuple[Effect, ...]:
        if now - to.account.created_at < JUST_OPENED:
            return ()
        return self.notices.tell(to, NoticeKind.NEW_DEVICE, now, {"browser": origin.browser})
