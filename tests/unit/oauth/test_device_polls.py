"""What is loaded for a device code, how a device is slowed, and how many codes may be open."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from clients.model import CIBA, DEVICE_CODE, ClientId
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.grants.device_requests import DeviceRequest
from idp.kernel.errors import TemporarilyUnavailableError, TooManyError
from idp.kernel.ids import AccountId
from idp.oauth.devices import authorization as device_authorization
from idp.oauth.devices.authorization import OPEN_OF_PUBLIC, DeviceRoom
from idp.oauth.devices.polls import DeviceLoader, PollPace
from idp.protocol.answers import Answer
from idp.protocol.errors import ACCESS_DENIED, AUTHORIZATION_PENDING, INVALID_CLIENT, USE_DPOP_NONCE
from idp.protocol.token.device_code import DeviceFacts
from records.structs import replace
from tests.support.builders.devices import ALLOWED, APP, APPROVED, DEVICE_HASH, DEVICE_TEXT, KIOSK, WAITING
from tests.support.builders.protocol import NOW, PROVIDER, form
from tests.support.rigs.proof import HandClock
from tests.unit.oauth.unread_people import PERSONS

LIFE = PROVIDER.policy.device_code_life
HOME = "192.0.2.1"
PENDING = replace(AUTHORIZATION_PENDING.answer(), headers={"DPoP-Nonce": "n-1"})


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


def loader(request: DeviceRequest) -> DeviceLoader:
    return DeviceLoader(PROVIDER, Kept(request), PERSONS)


def pace(store: MemoryShortLivedStore | None = None) -> PollPace:
    return PollPace(PROVIDER, MemoryShortLivedStore(HandClock(NOW)) if store is None else store)


async def test_what_is_absent_or_unknown_is_loaded_as_nothing() -> None:
    polls = loader(WAITING)
    assert await polls.load(form(), NOW) == DeviceFacts(b"", None)
    guessed = await polls.load(form(device_code="guessed"), NOW)
    assert guessed == DeviceFacts(PROVIDER.token_hash.digest("guessed"), None)


async def test_what_was_agreed_to_is_what_is_redeemed() -> None:
    facts = await loader(ALLOWED).load(form(device_code=DEVICE_TEXT), NOW)
    assert facts == DeviceFacts(DEVICE_HASH, APPROVED, request=ALLOWED)


@pytest.mark.parametrize(("grant_type", "parameter"), [(DEVICE_CODE, "device_code"), (CIBA, "auth_req_id")])
async def test_rfc8628_3_5_who_asks_again_too_soon_is_slowed_down(grant_type: str, parameter: str) -> None:
    measured, asked = pace(), form(grant_type=grant_type, **{parameter: DEVICE_TEXT})
    heard = [await measured.measured(asked, PENDING, NOW + timedelta(seconds=at)) for at in (0, 2, 9, 24)]
    assert [one.error for one in heard] == [
        "authorization_pending",
        "slow_down",
        "slow_down",
        "authorization_pending",
    ]
    # The nonce of the next proof comes with either (RFC 9449 8.2).
    assert all(one.headers["DPoP-Nonce"] == "n-1" for one in heard)
    another = form(grant_type=grant_type, **{parameter: "another"})
    assert (await measured.measured(another, PENDING, NOW)).error == "authorization_pending"


@pytest.mark.parametrize(
    "answer",
    [INVALID_CLIENT.answer(), USE_DPOP_NONCE.answer(), ACCESS_DENIED.answer(), Answer(200, {"access_token": "a"})],
)
async def test_who_was_not_told_to_wait_has_not_polled(answer: Answer) -> None:
    """Whoever has the code and is not the client slows nobody; a client that must come again with our nonce neither."""
    measured, asked = pace(), form(grant_type=DEVICE_CODE, device_code=DEVICE_TEXT)
    assert [await measured.measured(asked, answer, NOW) for _ in range(3)] == [answer] * 3
    assert (await measured.measured(asked, PENDING, NOW)).error == "authorization_pending"


async def test_without_the_short_lived_store_nobody_is_slowed() -> None:
    measured, asked = pace(AwayStore(HandClock(NOW))), form(grant_type=DEVICE_CODE, device_code=DEVICE_TEXT)
    assert [(await measured.measured(asked, PENDING, NOW)).error for _ in range(2)] == ["authorization_pending"] * 2


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
