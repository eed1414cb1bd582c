"""Known devices: remembered, seen, forgotten, and never anybody else's."""

import asyncio
from datetime import timedelta

import pytest

from idp.account.model import Account
from idp.adapters.sql.database import Database
from idp.kernel.ids import DeviceId, PersonId, new_id
from idp.sign_in.device_model import DEVICE_LIFE, Device, ForgetDevice, ForgetDevices, RememberDevice, SeeDevice
from records.structs import replace
from tests.support.running.sql_stores import HOUR, NOW, digest, opening


async def opened(database: Database, number: str = "001899000001", person_id: PersonId | None = None) -> Account:
    effect = opening(number, person_id=person_id)
    assert await database.ledger.commit(effect)
    return effect.account


def device_of(account: Account, secret: str = "a secret") -> Device:
    return Device(DeviceId(new_id()), account.person_id, account.id, digest(secret), "Firefox, Windows", NOW, NOW)


async def known(database: Database, account: Account, after: timedelta = timedelta(0)) -> list[Device]:
    return list(await database.devices.of_account(account.person_id, account.id, NOW + after))


async def test_a_remembered_device_is_read_as_it_was_given(database: Database) -> None:
    account = await opened(database)
    device = device_of(account)
    assert await database.ledger.commit(RememberDevice(device=device))
    assert await known(database, account) == [device]


async def test_the_device_seen_last_comes_first(database: Database) -> None:
    account = await opened(database)
    first, second = device_of(account, "one"), device_of(account, "two")
    await database.ledger.commit(
        RememberDevice(device=first), RememberDevice(device=replace(second, last_seen_at=NOW + HOUR))
    )
    assert [device.id for device in await known(database, account)] == [second.id, first.id]
    await database.ledger.commit(SeeDevice(device_id=first.id, person_id=account.person_id, at=NOW + 2 * HOUR))
    assert [device.id for device in await known(database, account)] == [first.id, second.id]


async def test_being_seen_never_goes_back_in_time(database: Database) -> None:
    account = await opened(database)
    device = device_of(account)
    await database.ledger.commit(RememberDevice(device=device))
    await database.ledger.commit(SeeDevice(device_id=device.id, person_id=account.person_id, at=NOW - HOUR))
    assert await known(database, account) == [device]


@pytest.mark.parametrize(("after", "is_known"), [(DEVICE_LIFE - timedelta(seconds=1), True), (DEVICE_LIFE, False)])
async def test_a_device_that_was_not_seen_for_long_is_a_stranger(
    database: Database, after: timedelta, is_known: bool
) -> None:
    account = await opened(database)
    await database.ledger.commit(RememberDevice(device=device_of(account)))
    assert bool(await known(database, account, after)) is is_known


async def test_a_forgotten_device_is_a_stranger_and_is_not_seen_into_life_again(database: Database) -> None:
    account = await opened(database)
    device = device_of(account)
    await database.ledger.commit(RememberDevice(device=device))
    assert await database.ledger.commit(ForgetDevice(device_id=device.id, person_id=account.person_id, at=NOW))
    await database.ledger.commit(SeeDevice(device_id=device.id, person_id=account.person_id, at=NOW + HOUR))
    assert await known(database, account) == []


async def test_of_many_that_forget_one_device_at_once_one_is_first(database: Database, neighbour: Database) -> None:
    account = await opened(database)
    device = device_of(account)
    await database.ledger.commit(RememberDevice(device=device))
    effect = ForgetDevice(device_id=device.id, person_id=account.person_id, at=NOW)
    answers = await asyncio.gather(*(store.ledger.commit(effect) for store in (database, neighbour) for _ in range(10)))
    assert sorted(answers) == [False] * 19 + [True]


async def test_a_person_forgets_no_device_of_another_person(database: Database) -> None:
    owner, other = await opened(database), await opened(database, "001899000002")
    device = device_of(owner)
    await database.ledger.commit(RememberDevice(device=device))
    assert not await database.ledger.commit(ForgetDevice(device_id=device.id, person_id=other.person_id, at=NOW))
    await database.ledger.commit(ForgetDevices(person_id=other.person_id, account_id=other.id, at=NOW))
    assert await known(database, owner) == [device]


async def test_mf_11_all_devices_are_forgotten_but_the_one_in_front_of_the_person(database: Database) -> None:
    account = await opened(database)
    here, there = device_of(account, "here"), device_of(account, "there")
    await database.ledger.commit(RememberDevice(device=here), RememberDevice(device=there))
    await database.ledger.commit(
        ForgetDevices(person_id=account.person_id, account_id=account.id, at=NOW, kept_device_id=here.id)
    )
    assert await known(database, account) == [here]
    await database.ledger.commit(ForgetDevices(person_id=account.person_id, account_id=account.id, at=NOW))
    assert await known(database, account) == []
