"""How often passwords may be tried, known devices apart (SP 800-63B-4 3.2.2, BF-5)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from idp.account.model import (
    Account,
    AccountStatus,
    CountPasswordTry,
    PasswordRecord,
    ProofState,
    SignInRecord,
)
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.audit.model import EventName, Origin, RecordEvent
from idp.audit.refusals import WRITTEN
from idp.factors.model import CountTry
from idp.factors.password.ports import Lane
from idp.kernel.effects import Effect
from idp.kernel.errors import BusyError
from idp.kernel.ids import AccountId, DeviceId, EventId, PersonId, new_id
from idp.settings.limits import BOUNDS, Limit
from idp.sign_in.admission import Admission
from idp.sign_in.counts import CountWithin
from idp.sign_in.device_model import Device
from idp.sign_in.limits import KNOWN_DEVICE_LIMIT, KNOWN_DEVICE_SIGN_INS, UNRECOGNISED_LIMIT, SignInLimits
from idp.sign_in.throttling import FAILURE_LIMIT

NETWORK_SIGN_INS = BOUNDS[Limit.NETWORK_SIGN_INS].default

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ACCOUNT = Account(AccountId(new_id()), PersonId(new_id()), AccountStatus.OPEN, ProofState.PROVED, "vi", NOW)
DEVICE = Device(DeviceId(new_id()), ACCOUNT.person_id, ACCOUNT.id, b"hash", "Firefox, Windows", NOW, NOW)
REFUSED = RecordEvent(id=EventId(new_id()), name=EventName.PASSWORD_REFUSED, at=NOW, origin=Origin(new_id()))
HERE, THERE = Origin(new_id(), "192.0.2.1"), Origin(new_id(), "192.0.2.2")


@dataclass(slots=True)
class PlainClock:
    """Stands still unless moved."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass(slots=True)
class PlainLedger:
    """Keeps what was committed."""

    committed: list[Effect] = field(default_factory=list)
    # Somebody else was quicker, at every claim.
    too_late: bool = False

    async def commit(self, *effects: Effect) -> bool:
        if self.too_late and any(effect.claim for effect in effects):
            return False
        self.committed.extend(effects)
        return True

    def enqueue(self, *effects: Effect) -> None:
        self.committed.extend(effects)


def limits(clock: PlainClock, ledger: PlainLedger, per_minute: int | None = None, admission: int = 8) -> SignInLimits:
    return SignInLimits(ledger, MemoryShortLivedStore(clock), Admission(admission), per_minute)


async def admitted(guard: SignInLimits, device: Device | None, origin: Origin) -> bool:
    return await guard.admits(device, origin) is not None


def test_63b_both_shares_together_are_the_hundred() -> None:
    assert UNRECOGNISED_LIMIT + KNOWN_DEVICE_LIMIT == FAILURE_LIMIT == 100


async def test_a_network_may_try_so_often_and_no_more() -> None:
    guard = limits(PlainClock(), PlainLedger())
    answers = [await admitted(guard, None, HERE) for _ in range(NETWORK_SIGN_INS + 1)]
    assert answers == [True] * NETWORK_SIGN_INS + [False]
    assert await admitted(guard, None, THERE)


async def test_bf_5_a_busy_network_does_not_keep_a_known_device_out() -> None:
    guard = limits(PlainClock(), PlainLedger())
    for _ in range(NETWORK_SIGN_INS + 1):
        await guard.admits(None, HERE)
    assert await admitted(guard, DEVICE, HERE)


async def test_bf_5_an_ipv6_network_is_its_64_not_each_of_its_addresses() -> None:
    guard = limits(PlainClock(), PlainLedger())
    own = [Origin(new_id(), f"2001:db8:1:1::{number:x}") for number in range(NETWORK_SIGN_INS + 1)]
    answers = [await admitted(guard, None, origin) for origin in own]
    assert answers == [True] * NETWORK_SIGN_INS + [False]
    assert await admitted(guard, None, Origin(new_id(), "2001:db8:1:2::1"))


async def test_bf_5_what_a_network_is_refused_does_not_count_against_everybody() -> None:
    """Seen: one address sends 950 tries, then everybody without a known device gets 503."""
    guard = limits(PlainClock(), PlainLedger(), per_minute=NETWORK_SIGN_INS + 1)
    for _ in range(NETWORK_SIGN_INS * 3):
        await guard.admits(None, HERE)
    assert await admitted(guard, None, THERE)


async def test_when_the_whole_service_is_busy_strangers_come_again_and_known_devices_go_on() -> None:
    clock = PlainClock()
    guard = limits(clock, PlainLedger(), per_minute=2)
    assert [await admitted(guard, None, origin) for origin in (HERE, THERE)] == [True, True]
    with pytest.raises(BusyError) as busy:
        await guard.admits(None, HERE)
    assert busy.value.retry_after == timedelta(minutes=1)
    assert await admitted(guard, DEVICE, HERE)
    clock.at += timedelta(minutes=1, seconds=1)
    assert await admitted(guard, None, HERE)


async def test_bf_5_one_customer_of_a_48_does_not_use_up_what_the_others_of_it_may() -> None:
    guard = limits(PlainClock(), PlainLedger())
    for _ in range(NETWORK_SIGN_INS * 12):
        await guard.admits(None, Origin(new_id(), "2001:db8:1:1::1"))
    assert await admitted(guard, None, Origin(new_id(), "2001:db8:1:2::1"))


async def test_bf_5_all_of_a_48_together_may_try_ten_times_as_often_and_no_more() -> None:
    guard = limits(PlainClock(), PlainLedger())
    everybody = [Origin(new_id(), f"2001:db8:1:{number:x}::1") for number in range(NETWORK_SIGN_INS * 10 + 1)]
    answers = [await admitted(guard, None, origin) for origin in everybody]
    assert answers == [True] * (NETWORK_SIGN_INS * 10) + [False]
    assert await admitted(guard, None, Origin(new_id(), "2001:db8:2:1::1"))


async def test_beyond_what_the_process_can_hash_strangers_come_again_and_known_devices_go_on() -> None:
    guard = limits(PlainClock(), PlainLedger(), admission=1)
    with guard.place(Lane.ANYBODY):
        with pytest.raises(BusyError), guard.place(Lane.ANYBODY):
            pass
        with guard.place(Lane.RECOGNISED):
            pass
    with guard.place(Lane.ANYBODY):
        pass


async def test_a_known_device_that_signs_in_all_the_time_waits_with_everybody() -> None:
    guard = limits(PlainClock(), PlainLedger())
    lanes = [await guard.admits(DEVICE, HERE) for _ in range(KNOWN_DEVICE_SIGN_INS + 1)]
    assert lanes == [Lane.RECOGNISED] * KNOWN_DEVICE_SIGN_INS + [Lane.ANYBODY]


def record_of(failures: int = 0, retry_at: datetime | None = None) -> SignInRecord:
    return SignInRecord(ACCOUNT, PasswordRecord("hash", failures, retry_at), None, b"profile")


async def test_a_stranger_s_try_counts_with_the_password() -> None:
    ledger = PlainLedger()
    assert await limits(PlainClock(), ledger).count(record_of(), None, REFUSED, NOW)
    assert ledger.committed == [
        CountPasswordTry(account_id=ACCOUNT.id, person_id=ACCOUNT.person_id, now=NOW, limit=UNRECOGNISED_LIMIT)
    ]


async def test_a_known_device_s_try_counts_apart_whatever_strangers_did() -> None:
    ledger = PlainLedger()
    assert await limits(PlainClock(), ledger).count(record_of(UNRECOGNISED_LIMIT), DEVICE, REFUSED, NOW)
    assert ledger.committed == [
        CountTry(
            person_id=ACCOUNT.person_id, account_id=ACCOUNT.id, factor="pwd.known", now=NOW, limit=KNOWN_DEVICE_LIMIT
        )
    ]


@pytest.mark.parametrize(
    "record",
    [None, record_of(UNRECOGNISED_LIMIT), record_of(5, NOW + timedelta(seconds=1))],
    ids=["nobody", "limit", "wait"],
)
async def test_en_1_whoever_may_not_try_costs_one_durable_write_too(record: SignInRecord | None) -> None:
    ledger = PlainLedger()
    assert not await limits(PlainClock(), ledger).count(record, None, REFUSED, NOW)
    assert ledger.committed == [REFUSED]


async def test_a_stranger_does_not_fill_the_audit_log_and_every_refusal_is_still_one_write() -> None:
    ledger = PlainLedger()
    guard = limits(PlainClock(), ledger)
    for _ in range(200):
        await guard.count(None, None, REFUSED, NOW)
    assert len(ledger.committed) == 200
    assert ledger.committed.count(REFUSED) == WRITTEN
    assert {type(effect) for effect in ledger.committed} == {RecordEvent, CountWithin}


async def test_a_wait_that_is_over_lets_the_next_try_count() -> None:
    ledger = PlainLedger()
    assert await limits(PlainClock(), ledger).count(record_of(5, NOW), None, REFUSED, NOW)


async def test_a_try_that_came_too_late_is_written_as_a_refusal() -> None:
    ledger = PlainLedger(too_late=True)
    assert not await limits(PlainClock(), ledger).count(record_of(), None, REFUSED, NOW)
    assert ledger.committed == [REFUSED]
