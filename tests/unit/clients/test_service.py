"""Applying, disabling, rotating: over a plain store."""

from datetime import timedelta

import pytest

from clients.client_secret import verify_secret
from clients.errors import ClientChangedError, NoSecretError
from clients.metadata import ClientEntry, parse_entry
from clients.model import Client
from clients.plan import plan
from clients.service import Applied, apply, disable, rotate_secret
from tests.support.running.client_store import MemoryClientStore
from tests.unit.clients.entries import HOUR, NOW, PEPPER, SECRET, entry


def wanted(**members: object) -> ClientEntry:
    return parse_entry(entry(**members), NOW)


async def apply_entries(store: MemoryClientStore, *entries: ClientEntry) -> Applied:
    return await apply(store, plan(await store.load_all(), entries, PEPPER, NOW), PEPPER, NOW)


async def only_client(store: MemoryClientStore) -> Client:
    (client,) = await store.load_all()
    return client


async def test_made_secret_is_returned_once_and_stored_as_hash() -> None:
    store = MemoryClientStore()
    applied = await apply_entries(store, wanted())
    secret = applied.made_secrets["portal"]
    client = await only_client(store)
    assert verify_secret(client.secrets, secret, PEPPER, NOW)
    assert secret.encode() not in client.secrets[0].hash
    assert secret not in repr(applied)


async def test_second_application_changes_nothing_and_makes_nothing() -> None:
    store = MemoryClientStore()
    await apply_entries(store, wanted())
    before = await store.load_all()
    applied = await apply_entries(store, wanted())
    assert applied == Applied((), {})
    assert await store.load_all() == before


async def test_literal_secret_is_stored_and_not_returned() -> None:
    store = MemoryClientStore()
    applied = await apply_entries(store, wanted(client_secret=SECRET))
    assert applied.made_secrets == {}
    assert verify_secret((await only_client(store)).secrets, SECRET, PEPPER, NOW)


async def test_other_literal_secret_ends_the_one_before_at_once() -> None:
    store = MemoryClientStore()
    await apply_entries(store, wanted(client_secret=SECRET))
    await apply_entries(store, wanted(client_secret="another-literal-secret-here"))
    secrets = (await only_client(store)).secrets
    assert verify_secret(secrets, "another-literal-secret-here", PEPPER, NOW)
    assert not verify_secret(secrets, SECRET, PEPPER, NOW)


async def test_change_of_another_member_keeps_the_secret() -> None:
    store = MemoryClientStore()
    secret = (await apply_entries(store, wanted())).made_secrets["portal"]
    applied = await apply_entries(store, wanted(scope="openid profile"))
    assert applied.made_secrets == {}
    client = await only_client(store)
    assert client.scope == ("openid", "profile")
    assert verify_secret(client.secrets, secret, PEPPER, NOW)


async def test_public_client_loses_its_secrets() -> None:
    store = MemoryClientStore()
    await apply_entries(store, wanted())
    await apply_entries(store, wanted(token_endpoint_auth_method="none"))
    assert (await only_client(store)).secrets == ()


async def test_client_that_changed_after_the_plan_is_not_overwritten() -> None:
    store = MemoryClientStore()
    await apply_entries(store, wanted())
    stale = plan(await store.load_all(), [wanted(scope="openid email")], PEPPER, NOW)
    await disable(store, await only_client(store), NOW)
    with pytest.raises(ClientChangedError):
        await apply(store, stale, PEPPER, NOW)
    assert (await only_client(store)).scope == ("openid",)


async def test_client_created_by_somebody_else_meanwhile_is_not_overwritten() -> None:
    store = MemoryClientStore()
    stale = plan([], [wanted()], PEPPER, NOW)
    await apply_entries(store, wanted())
    with pytest.raises(ClientChangedError):
        await apply(store, stale, PEPPER, NOW)


async def test_disabled_client_keeps_the_time_of_the_first_disabling() -> None:
    store = MemoryClientStore()
    await apply_entries(store, wanted())
    first = await disable(store, await only_client(store), NOW)
    again = await disable(store, first, NOW + HOUR)
    assert again.disabled_at == NOW
    assert not (await only_client(store)).active


async def test_rotation_overlaps_and_then_ends_the_old_secret() -> None:
    store = MemoryClientStore()
    await apply_entries(store, wanted(client_secret=SECRET))
    client, secret = await rotate_secret(store, await only_client(store), PEPPER, NOW, overlap=HOUR)
    for now, old_works in ((NOW, True), (NOW + HOUR - timedelta(seconds=1), True), (NOW + HOUR, False)):
        assert verify_secret(client.secrets, SECRET, PEPPER, now) is old_works
        assert verify_secret(client.secrets, secret, PEPPER, now)


async def test_rotation_without_overlap_ends_the_old_secret_at_once() -> None:
    store = MemoryClientStore()
    await apply_entries(store, wanted(client_secret=SECRET))
    client, _ = await rotate_secret(store, await only_client(store), PEPPER, NOW, overlap=timedelta(0))
    assert len(client.secrets) == 1
    assert not verify_secret(client.secrets, SECRET, PEPPER, NOW)


async def test_second_rotation_does_not_lengthen_the_oldest_secret() -> None:
    store = MemoryClientStore()
    await apply_entries(store, wanted(client_secret=SECRET))
    once, _ = await rotate_secret(store, await only_client(store), PEPPER, NOW, overlap=HOUR)
    twice, _ = await rotate_secret(store, once, PEPPER, NOW, overlap=5 * HOUR)
    assert verify_secret(twice.secrets, SECRET, PEPPER, NOW)
    assert not verify_secret(twice.secrets, SECRET, PEPPER, NOW + HOUR)


async def test_client_without_a_secret_has_none_to_rotate() -> None:
    store = MemoryClientStore()
    await apply_entries(store, wanted(token_endpoint_auth_method="none"))
    with pytest.raises(NoSecretError, match="none"):
        await rotate_secret(store, await only_client(store), PEPPER, NOW)
