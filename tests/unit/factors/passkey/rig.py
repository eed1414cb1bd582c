"""The use cases of passkeys over plain stores, and a device that knows the site."""

from dataclasses import dataclass, field
from datetime import datetime

from idp.account.model import Account
from idp.account.notices.messages import Messages
from idp.account.notices.service import Notices
from idp.adapters.webauthn.ceremonies import WebauthnCeremonies
from idp.audit.model import Origin
from idp.factors.passkey.challenges import PasskeyChallenges
from idp.factors.passkey.model import PasskeySite
from idp.factors.passkey.own_passkeys import OwnPasskeys
from idp.factors.passkey.service import PasskeyProof, PasskeyRefusal, Passkeys
from idp.kernel.ids import AccountId, PersonId
from idp.kernel.secrets import HashKey
from idp.sessions.model import SessionView
from idp.web.messages.catalogue import email_text, sms_text
from records.structs import replace
from tests.support.builders.protocol import ACCOUNT, NOW, PROVIDER, VIEW
from tests.support.passkey_device import PasskeyDevice
from tests.support.plain.passkeys import PlainPasskeys

BROWSER = "the browser's own mark"
ORIGIN = Origin("correlation", "192.0.2.7", 50123, "Firefox, Linux")
SITE = PasskeySite.of_issuer("https://signon.example", "Đăng nhập một lần")
OTHER = replace(ACCOUNT, id=AccountId("account-2"), person_id=PersonId("person-2"))
MINE = replace(VIEW, phone_sealed=None)
THEIRS = replace(MINE, account=OTHER, session=replace(MINE.session, person_id=OTHER.person_id, account_id=OTHER.id))


@dataclass(slots=True)
class SettableClock:
    """Says what it was told."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass(slots=True)
class Rig:
    """Everything over one store."""

    store: PlainPasskeys = field(default_factory=lambda: PlainPasskeys(ACCOUNT, OTHER))
    clock: SettableClock = field(default_factory=SettableClock)

    @property
    def shown(self) -> Passkeys:
        ceremonies, challenges = WebauthnCeremonies(SITE), PasskeyChallenges(PROVIDER.sealer)
        return Passkeys(self.store, ceremonies, challenges, self.store, self.clock)

    @property
    def own(self) -> OwnPasskeys:
        shown, notices = (
            self.shown,
            Notices(Messages(PROVIDER.sealer, sms_text, email_text), PROVIDER.sealer, HashKey(b"a" * 32)),
        )
        return OwnPasskeys(
            self.store, shown.ceremonies, shown.challenges, self.store, PROVIDER.sealer, notices, self.clock
        )

    async def added(self, device: PasskeyDevice, view: SessionView = MINE, label: str = "Điện thoại") -> None:
        """Add the device's passkey to an account."""
        prompt = await self.own.begin(view, BROWSER, "•••001", "Hoà")
        answer = device.create(prompt.options)
        assert await self.own.add(view, prompt.name, answer, label, BROWSER, ORIGIN) is None

    async def show(
        self, device: PasskeyDevice, account: Account | None = None, **changes: object
    ) -> PasskeyProof | PasskeyRefusal:
        """Ask for a passkey and judge the device's answer."""
        prompt = await self.shown.begin(BROWSER, account)
        answer = device.show(prompt.options, **changes)
        return await self.shown.verify(prompt.name, answer, BROWSER, account, ORIGIN, self.clock.now())


def device(*, synced: bool = True, counts: bool = False) -> PasskeyDevice:
    """Return a device that knows the site."""
    return PasskeyDevice(SITE.origin, SITE.id, synced=synced, counts=counts)
