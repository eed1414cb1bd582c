"""Typing codes: every try is somebody's and is counted before anything is looked up (RFC 8628 5.1)."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from clients.model import Client, ClientId
from clients.ports import ClientLookup
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.audit.model import EventName, RecordEvent
from idp.kernel.effects import Effect
from idp.kernel.errors import BusyError
from idp.kernel.ids import AccountId
from idp.oauth.devices import entry as device_entry
from idp.oauth.devices.approval import FoundDevice
from idp.oauth.devices.entry import TRIES_OF_ACCOUNT, TRIES_OF_NETWORK, DeviceEntry, EnteredCode, EntryRefusal
from idp.protocol.device.user_codes import shown
from idp.sessions.model import SessionView
from idp.sign_in.counts import CountWithin
from records.structs import replace
from tests.support.builders.devices import DEVICE_HASH, KIOSK, USER_CODE
from tests.support.builders.protocol import ORIGIN, PROVIDER, VIEW
from tests.support.rigs.proof import HandClock

GUESS, FOUND = "BBBB-BBBB", FoundDevice(DEVICE_HASH, KIOSK)


@dataclass(slots=True)
class CountingLedger:
    """Counts as the store does: a claim is too late once there were as many as may be in its window."""

    counted: dict[bytes, int] = field(default_factory=dict)
    events: list[RecordEvent] = field(default_factory=list)

    async def commit(self, *effects: Effect) -> bool:
        for effect in effects:
            if isinstance(effect, CountWithin):
                if self.counted.get(effect.value_hash, 0) >= effect.most:
                    return False
                self.counted[effect.value_hash] = self.counted.get(effect.value_hash, 0) + 1
        self.events += [effect for effect in effects if isinstance(effect, RecordEvent)]
        return True

    def enqueue(self, *effects: Effect) -> None:
        raise AssertionError("a try is written before it is answered")


@dataclass(slots=True)
class OneRequest:
    """Knows one code that waits, and how often it was asked."""

    looked_up: list[str] = field(default_factory=list)

    async def found(self, clients: ClientLookup, code: str) -> FoundDevice | None:
        self.looked_up.append(code)
        return FOUND if code == USER_CODE else None


class Clients:
    def get(self, client_id: ClientId) -> Client | None:
        return None


class Desk:
    """Entry over plain parts, with the people who type."""

    def __init__(self) -> None:
        self.clock, self.ledger, self.requests = HandClock(), CountingLedger(), OneRequest()
        store = MemoryShortLivedStore(self.clock)
        self.entry = DeviceEntry(self.requests, self.ledger, store, PROVIDER.token_hash, self.clock)

    async def type(
        self, typed: str, account: str = "account-1", address: str = "192.0.2.1"
    ) -> EnteredCode | EntryRefusal:
        view: SessionView = replace(VIEW, account=replace(VIEW.account, id=AccountId(account)))
        return await self.entry.enter(Clients(), view, typed, replace(ORIGIN, address=address))


async def test_a_code_that_waits_is_found_however_it_is_typed() -> None:
    desk = Desk()
    for typed in (shown(USER_CODE), USER_CODE.lower()):
        assert await desk.type(typed) == EnteredCode(USER_CODE, FOUND)
    assert desk.ledger.events == []


async def test_a_wrong_code_is_written_down_with_who_typed_it_and_without_the_code() -> None:
    desk = Desk()
    assert await desk.type(GUESS) is EntryRefusal.WRONG
    (event,) = desk.ledger.events
    assert (event.name, event.person_id, event.details) == (EventName.DEVICE_CODE_REFUSED, VIEW.session.person_id, {})


async def test_what_is_no_code_is_neither_counted_nor_looked_up() -> None:
    desk = Desk()
    for _ in range(TRIES_OF_ACCOUNT + 1):
        assert await desk.type("not a code") is EntryRefusal.WRONG
    assert (desk.requests.looked_up, desk.ledger.counted) == ([], {})
    assert isinstance(await desk.type(USER_CODE), EnteredCode)


async def test_rfc8628_5_1_an_account_tries_twenty_codes_an_hour() -> None:
    """The right code is no exception: whoever guesses must not learn by being let through."""
    desk = Desk()
    for place in range(TRIES_OF_ACCOUNT):
        assert await desk.type(GUESS, address=f"192.0.2.{place}") is EntryRefusal.WRONG
    assert await desk.type(USER_CODE, address="198.51.100.1") is EntryRefusal.TOO_MANY
    assert len(desk.requests.looked_up) == TRIES_OF_ACCOUNT
    assert isinstance(await desk.type(USER_CODE, "account-2"), EnteredCode)


async def test_rfc8628_5_1_a_network_tries_a_hundred_in_five_minutes_whatever_accounts_it_has() -> None:
    desk = Desk()
    for place in range(TRIES_OF_NETWORK):
        assert await desk.type(GUESS, f"account-{place}") is EntryRefusal.WRONG
    assert await desk.type(USER_CODE, "another") is EntryRefusal.TOO_MANY
    # What the network was refused takes nothing from the account.
    assert isinstance(await desk.type(USER_CODE, "another", "198.51.100.1"), EnteredCode)
    desk.clock.pass_by(timedelta(minutes=6))
    assert isinstance(await desk.type(USER_CODE, "another"), EnteredCode)


async def test_rfc8628_5_1_the_whole_service_is_guessed_at_no_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_entry, "TRIES_OF_ALL", 3)
    desk = Desk()
    for place in range(3):
        assert await desk.type(GUESS, f"account-{place}", f"192.0.2.{place}") is EntryRefusal.WRONG
    with pytest.raises(BusyError):
        await desk.type(USER_CODE, "account-9", "192.0.2.9")
    desk.clock.pass_by(timedelta(minutes=2))
    assert isinstance(await desk.type(USER_CODE, "account-9", "192.0.2.9"), EnteredCode)


async def test_rfc8628_5_1_a_hit_by_chance_is_rarer_than_one_in_four_hundred_floods() -> None:
    """Ten minutes of everything that is let through, at ten thousand codes that wait."""
    tries, waiting, codes = device_entry.TRIES_OF_ALL * 10, 10_000, 20**8
    assert tries * waiting / codes < 1 / 400
    # One person alone, in the life of one code: less than one in a billion.
    assert TRIES_OF_ACCOUNT / codes < 1e-9
