"""The registry in memory: no I/O to look up, one read to stay young."""

import asyncio

from clients.model import ClientId
from clients.registry import ClientRegistry
from clients.service import disable
from records.structs import replace
from tests.support.running.client_store import MemoryClientStore
from tests.unit.clients.entries import NOW, client


async def test_unknown_client_is_none() -> None:
    registry = ClientRegistry()
    await registry.refresh(MemoryClientStore())
    assert registry.get(ClientId("portal")) is None


async def test_saved_client_is_found_after_a_refresh() -> None:
    store, registry = MemoryClientStore(), ClientRegistry()
    saved = await store.save(client(), expected_version=None)
    assert await registry.refresh(store)
    assert registry.get(ClientId("portal")) == saved


async def test_refresh_without_changes_costs_one_read() -> None:
    store, registry = MemoryClientStore(), ClientRegistry()
    await store.save(client(), expected_version=None)
    await registry.refresh(store)
    store.reads.clear()
    assert not await registry.refresh(store)
    assert store.reads == ["version"]


async def test_lookup_costs_no_read() -> None:
    store, registry = MemoryClientStore(), ClientRegistry()
    await store.save(client(), expected_version=None)
    await registry.refresh(store)
    store.reads.clear()
    registry.get(ClientId("portal"))
    assert store.reads == []


async def test_disabled_client_is_returned_as_disabled_after_a_refresh() -> None:
    store, registry = MemoryClientStore(), ClientRegistry()
    saved = await store.save(client(), expected_version=None)
    await registry.refresh(store)
    await disable(store, saved, NOW)
    await registry.refresh(store)
    found = registry.get(ClientId("portal"))
    assert found is not None
    assert not found.active


async def test_other_clients_stay_when_one_changes() -> None:
    store, registry = MemoryClientStore(), ClientRegistry()
    await store.save(client(), expected_version=None)
    await registry.refresh(store)
    await store.save(replace(client(), client_id=ClientId("other")), expected_version=None)
    await registry.refresh(store)
    assert registry.get(ClientId("portal")) is not None
    assert registry.get(ClientId("other")) is not None


async def test_store_restored_from_a_backup_replaces_everything() -> None:
    store, registry = MemoryClientStore(), ClientRegistry()
    await store.save(client(), expected_version=None)
    await store.save(replace(client(), client_id=ClientId("other")), expected_version=None)
    await registry.refresh(store)
    restored = MemoryClientStore()
    await restored.save(client(), expected_version=None)
    assert await registry.refresh(restored)
    assert registry.get(ClientId("other")) is None


async def test_save_between_the_two_reads_is_not_lost() -> None:
    class BusyStore(MemoryClientStore):
        async def version(self) -> int:
            version = await super().version()
            if version == 1:
                await self.save(replace(client(), client_id=ClientId("late")), expected_version=None)
            return version

    store, registry = BusyStore(), ClientRegistry()
    await store.save(client(), expected_version=None)
    await registry.refresh(store)
    await registry.refresh(store)
    assert registry.get(ClientId("late")) is not None
    assert not await registry.refresh(store)


async def test_refreshes_at_once_read_the_changes_once() -> None:
    store, registry = MemoryClientStore(), ClientRegistry()
    await store.save(client(), expected_version=None)
    await asyncio.gather(*(registry.refresh(store) for _ in range(5)))
    assert store.reads.count("changed_since") == 1
