"""What is loaded for a device code, how a device is slowed, and how many codes may be open."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from clients.model import ClientId
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.grants.device_requests import DeviceRequest
from idp.kernel.errors import TemporarilyUnavailableError, TooManyError
from idp.kernel.ids import AccountId
from idp.oauth.devices import authorization as device_authorization
from idp.oauth.devices.authorization import OPEN_OF_PUBLIC, DeviceRoom
from idp.oauth.devices.polls import DeviceLoader
from idp.protocol.token.device_code import DeviceFacts
from records.structs import replace
from tests.support.builders.devices import ALLOWED, APP, APPROVED, DEVICE_HASH, DEVICE_TEXT, KIOSK, WAITING
from tests.support.builders.protocol import NOW, PROVIDER, form
from tests.support.rigs.proof import HandClock
from tests.unit.oauth.unread_people import PERSONS

LIFE = PROVIDER.policy.device_code_life
HOME = "192.0.2.1"


class Kept:
    """One request, found by its device code."""

    def __init__(self, request: DeviceRequest) -> None:
        self.request = request

    async def by_device_code(self, device_hash: bytes) -> DeviceRequest | None:
        return self.request if device_hash == self.request.device_hash else None

    async def by_user_code(self, user_hash: bytes) -> DeviceRequest | None:
        raise AssertionError("a device knows no user code")

    async def open_for(self, account_id: AccountId, now: datetime) -> Sequence[DeviceRequest]:
        raise AssertionError("a device knows no account")


class AwayStore(MemoryShortLivedStore):
    """A store that does not answer."""

    async def get(self, key: str) -> bytes | None:
        raise TemporarilyUnavailableError


def loader(request: DeviceRequest, store: MemoryShortLivedStore | None = None) -> DeviceLoader:
    kept = MemoryShortLivedStore(HandClock(NOW)) if store is None else store
    return DeviceLoader(PROVIDER, Kept(request), kept, PERSONS)


async def test_what_is_absent_or_unknown_is_loaded_as_nothing() -> None:
    polls = loader(WAITING)
    assert await polls.load(form(), NOW) == DeviceFacts(b"", None)
    guessed = await polls.load(form(device_code="guessed"), NOW)
    assert guessed == DeviceFacts(PROVIDER.token_hash.digest("guessed"), None)


async def test_what_was_agreed_to_is_what_is_redeemed() -> None:
    facts = await loader(ALLOWED).load(form(device_code=DEVICE_TEXT), NOW)
    assert facts == DeviceFacts(DEVICE_HASH, APPROVED, request=ALLOWED)


async def test_rfc8628_3_5_only_polls_that_wait_are_measured() -> None:
    polls = loader(WAITING)
    soon = [(await polls.load(form(device_code=DEVICE_TEXT), NOW + timedelta(seconds=at))).too_soon for at in (0, 2, 9)]
    assert soon == [False, True, True]
    assert not (await polls.load(form(device_code=DEVICE_TEXT), NOW + timedelta(seconds=24))).too_soon
    for request in (ALLOWED, replace(WAITING, expires_at=NOW)):
        polls = loader(request)
        assert [(await polls.load(form(device_code=DEVICE_TEXT), NOW)).too_soon for _ in range(2)] == [False, False]


async def test_without_the_short_lived_store_nobody_is_slowed_and_nobody_is_kept_waiting() -> None:
    polls = loader(WAITING, AwayStore(HandClock(NOW)))
    assert [(await polls.load(form(device_code=DEVICE_TEXT), NOW)).too_soon for _ in range(2)] == [False, False]


async def test_an_address_opens_so_many_codes_in_the_name_of_public_clients_and_no_more() -> None:
    clock = HandClock(NOW)
    room = DeviceRoom(MemoryShortLivedStore(clock), LIFE)
    for place in range(OPEN_OF_PUBLIC):
        await room.admit(replace(APP, client_id=ClientId(f"app-{place % 2}")), HOME)
    with pytest.raises(TooManyError):
        await room.admit(replace(APP, client_id=ClientId("app-9")), HOME)
    await room.admit(APP, "198.51.100.1")
    # A client that proves itself asks for all its devices from one server.
    await room.admit(KIOSK, HOME)
    clock.pass_by(LIFE + timedelta(seconds=1))
    await room.admit(APP, HOME)


async def test_a_client_opens_so_many_codes_wherever_its_devices_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_authorization, "OPEN_OF_CLIENT", 2)
    room = DeviceRoom(MemoryShortLivedStore(HandClock(NOW)), LIFE)
    for place in range(2):
        await room.admit(APP, f"192.0.2.{place}")
    with pytest.raises(TooManyError):
        await room.admit(APP, "192.0.2.9")
    await room.admit(replace(APP, client_id=ClientId("another")), "192.0.2.9")
