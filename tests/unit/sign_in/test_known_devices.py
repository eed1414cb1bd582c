"""Known devices: recognised by their own secret at their own account, told about when new (MF-11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from idp.account.model import Account, AccountStatus, ProofState
from idp.account.notices.messages import Messages, Values
from idp.account.notices.model import AddNotice, NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.audit.model import Origin
from idp.kernel.ids import AccountId, DeviceId, PersonId, new_id
from idp.kernel.locales import Locale
from idp.kernel.secrets import HashKey, Sealer, new_secret
from idp.sign_in.device_model import Device, RememberDevice, SeeDevice
from idp.sign_in.devices import JUST_OPENED, DeviceOutcome, KnownDevices
from records.structs import replace

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
OPENED = NOW - timedelta(days=30)
ACCOUNT = Account(AccountId(new_id()), PersonId(new_id()), AccountStatus.OPEN, ProofState.PROVED, "vi", OPENED)
TO = Reachable(ACCOUNT, None, None)
KEY = HashKey(b"k" * 32)
HERE = Origin(new_id(), "192.0.2.1", 4711, "Firefox, Windows")


def sms(key: str, locale: Locale, values: Values) -> str:
    return f"{key} {locale} {values}"


def email(key: str, locale: Locale, values: Values) -> tuple[str, str]:
    return key, f"{locale} {values}"


@dataclass(frozen=True, slots=True)
class PlainDevices:
    """The devices of accounts, in a list."""

    devices: tuple[Device, ...] = ()

    async def of_account(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Sequence[Device]:
        return [one for one in self.devices if (one.person_id, one.account_id) == (person_id, account_id)]


def known(*devices: Device) -> KnownDevices:
    sealer = Sealer({"1": b"s" * 32}, "1")
    return KnownDevices(PlainDevices(devices), KEY, Notices(Messages(sealer, sms, email), sealer, KEY))


def device_with(secret: str, account: Account = ACCOUNT) -> Device:
    return Device(DeviceId(new_id()), account.person_id, account.id, KEY.digest(secret), HERE.browser, OPENED, OPENED)


def kinds(arrival: DeviceOutcome) -> list[NoticeKind]:
    return [effect.notice.kind for effect in arrival.effects if isinstance(effect, AddNotice)]


async def test_a_device_is_found_by_any_of_the_secrets_of_its_browser() -> None:
    secret = new_secret()
    device = device_with(secret)
    assert await known(device).find(ACCOUNT, (new_secret(), secret), NOW) == device


async def test_mf_11_a_secret_is_worth_nothing_at_another_account_or_at_none() -> None:
    secret = new_secret()
    other = replace(ACCOUNT, id=AccountId(new_id()))
    devices = known(device_with(secret))
    assert await devices.find(other, (secret,), NOW) is None
    assert await devices.find(None, (secret,), NOW) is None


async def test_a_browser_without_a_cookie_is_a_stranger() -> None:
    assert await known(device_with(new_secret())).find(ACCOUNT, (), NOW) is None


async def test_a_known_device_is_seen_and_nobody_is_told() -> None:
    secret = new_secret()
    device = device_with(secret)
    arrival = await known(device).arrive(TO, (secret,), HERE, NOW, shared_computer=False)
    assert arrival == DeviceOutcome(
        (SeeDevice(device_id=device.id, person_id=device.person_id, at=NOW),), device.id, None
    )


async def test_a_new_device_is_remembered_by_a_new_secret_and_told() -> None:
    planted = new_secret()
    arrival = await known().arrive(TO, (planted,), HERE, NOW, shared_computer=False)
    (remembered,) = [effect for effect in arrival.effects if isinstance(effect, RememberDevice)]
    assert arrival.new_secret not in {None, planted}
    assert remembered.device.secret_hash == KEY.digest(arrival.new_secret or "")
    assert (remembered.device.id, remembered.device.browser) == (arrival.device_id, "Firefox, Windows")
    assert kinds(arrival) == [NoticeKind.NEW_DEVICE]


async def test_a_stranger_on_a_shared_computer_is_told_and_stays_a_stranger() -> None:
    arrival = await known().arrive(TO, (), HERE, NOW, shared_computer=True)
    assert (arrival.device_id, arrival.new_secret, kinds(arrival)) == (None, None, [NoticeKind.NEW_DEVICE])
    assert not [effect for effect in arrival.effects if isinstance(effect, RememberDevice)]


async def test_a_known_device_that_is_called_shared_is_neither_told_nor_seen() -> None:
    secret = new_secret()
    arrival = await known(device_with(secret)).arrive(TO, (secret,), HERE, NOW, shared_computer=True)
    assert arrival == DeviceOutcome((), None, None)


async def test_the_first_sign_in_after_opening_the_account_is_no_news() -> None:
    for age, reported in ((JUST_OPENED - timedelta(seconds=1), []), (JUST_OPENED, [NoticeKind.NEW_DEVICE])):
        to = replace(TO, account=replace(ACCOUNT, created_at=NOW - age))
        assert kinds(await known().arrive(to, (), HERE, NOW, shared_computer=False)) == reported
