"""The publisher on both databases: what it appends, in which order, beside others, on a log that was tampered with."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta

import orjson
import pytest

from clients.model import ClientId
from clients.public_digest import public_digest
from idp.adapters.sql.database import Database
from idp.audit.merkle import MerkleTree, Subtree
from idp.cli.doctor.findings import Verdict
from idp.cli.doctor.transparency import check_transparency
from idp.transparency.errors import LogDamagedError
from idp.transparency.model import LogEntry, Position, StoredHead, TreeHead
from idp.transparency.published import leaf_of
from records.structs import replace
from tests.contract.sql.direct import rows, run
from tests.support.rigs.admin import AGENCY, DEVELOPER, OPERATOR, AdminRig, portal
from tests.support.rigs.sealed_system import MASTER_KEY, MINUTE
from tests.support.rigs.transparent_system import ISSUER, TransparentSystem
from tests.support.running.servers import REPOSITORY
from tests.support.running.sql_stores import HOUR, NOW

THEN = NOW + 10 * MINUTE


@pytest.fixture
def system(database: Database) -> TransparentSystem:
    return TransparentSystem(database)


def root_of(leaves: list[bytes]) -> str:
    tree = MerkleTree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root().hex()


async def clients_of(system: TransparentSystem) -> list[str]:
    """Return which client each entry is about."""
    return [orjson.loads(leaf)["object"]["client_id"] for leaf in await system.leaves()]


async def test_what_is_sealed_is_published_in_order_and_a_head_is_signed_over_it(system: TransparentSystem) -> None:
    names = [ClientId(f"client-{n}") for n in range(11)]
    await system.change_clients(NOW, *names)
    assert (await system.published(NOW + MINUTE)).entries == 0
    await system.sealed(NOW + 2 * MINUTE)
    done = await system.published(NOW + 2 * MINUTE)
    assert (done.entries, done.differing) == (11, [])
    assert await clients_of(system) == names
    signed = await system.head(THEN)
    assert (signed.head.size, signed.head.root, signed.issuer) == (11, root_of(await system.leaves()), ISSUER)


async def test_a_head_is_signed_when_the_log_grew_and_after_an_hour(system: TransparentSystem) -> None:
    await system.grown(2, 3)
    now = NOW + 2.6 * MINUTE
    assert (await system.published(now + timedelta(minutes=59))).head is None
    again = await system.published(now + HOUR)
    assert again.head is not None
    assert again.head.size == 6
    assert [one.head.size for one in await system.database.transparency.heads(10)] == [6, 6, 3]


async def test_a_log_without_entries_is_signed_too(system: TransparentSystem) -> None:
    await system.published(NOW)
    assert (await system.head(NOW)).head.root == root_of([])


async def test_a_head_is_signed_anew_once_another_key_signs(system: TransparentSystem) -> None:
    await system.grown(1, 2)
    before = await system.head(THEN)
    await system.keys.rotate(NOW + 2 * MINUTE, timedelta(0))
    assert (await system.published(NOW + 3 * MINUTE)).head is not None
    after = await system.head(THEN)
    assert (after.head.root, after.kid != before.kid) == (before.head.root, True)


async def test_a_head_of_a_key_that_was_withdrawn_is_followed_by_one_of_a_key_that_is_trusted(
    system: TransparentSystem,
) -> None:
    await system.grown(1, 2)
    before = await system.head(THEN)
    await system.keys.rotate(NOW + 2 * MINUTE, timedelta(0))
    await system.keys.retire(before.kid, NOW + 2 * MINUTE, compromised=True)
    assert (await system.published(NOW + 3 * MINUTE)).head is not None
    after = await system.head(THEN)
    assert (after.head.size, after.head.root, after.kid != before.kid) == (2, before.head.root, True)


async def test_every_head_is_joined_to_every_later_one_by_the_stored_hashes(system: TransparentSystem) -> None:
    await system.grown(4, 3)
    leaves = await system.leaves()
    for stored in await system.database.transparency.heads(10):
        assert stored.head.root == root_of(leaves[: stored.head.size])


async def test_of_publishers_at_once_each_entry_is_appended_by_one(
    system: TransparentSystem, neighbour: Database, store: str
) -> None:
    names = [ClientId(f"client-{n}") for n in range(23)]
    await system.change_clients(NOW, *names)
    await system.sealed(NOW + 2 * MINUTE)
    systems = (system, TransparentSystem(neighbour), system, TransparentSystem(neighbour))
    publishers = [await one.publisher(NOW + 2 * MINUTE) for one in systems]
    done = await asyncio.gather(*(one.publish(NOW + 2 * MINUTE) for one in publishers))
    await system.published(NOW + 3 * MINUTE)
    assert await clients_of(system) == names
    assert sum(one.entries for one in done) == 23
    assert (await system.head(THEN)).head.root == root_of(await system.leaves())
    numbers = [row[0] for row in await rows(store, "SELECT number FROM transparency_heads ORDER BY number")]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_place_in_the_log_is_given_once(system: TransparentSystem) -> None:
    log, nodes = system.database.transparency, {Subtree(0, 0): b"x" * 32}
    first, second = LogEntry("a", NOW, b"first"), LogEntry("b", NOW, b"second")
    assert await log.append(Position(0, 0), Position(1, 1), [first], nodes)
    assert not await log.append(Position(0, 0), Position(1, 1), [second], nodes)
    assert await system.leaves() == [b"first"]
    head = StoredHead(1, TreeHead(1, "00", NOW), "a")
    assert await log.add_head(head)
    assert not await log.add_head(replace(head, signed="b"))


async def test_a_publisher_that_dies_before_it_writes_leaves_nothing_and_one_after_it_nothing_twice(
    system: TransparentSystem,
) -> None:
    names = [ClientId(f"client-{n}") for n in range(9)]
    await system.change_clients(NOW, *names)
    await system.sealed(NOW + 2 * MINUTE)
    for dies_after_writing in (False, True):
        publisher = await system.publisher(NOW + 2 * MINUTE)
        reached = asyncio.Event()
        dying = asyncio.create_task(
            replace(publisher, log=_Dying(system, reached, after=dies_after_writing)).publish(NOW + 2 * MINUTE)
        )
        await reached.wait()
        dying.cancel()
        assert await clients_of(system) == (names[:4] if dies_after_writing else [])
    await system.published(NOW + 3 * MINUTE)
    assert await clients_of(system) == names


@pytest.mark.parametrize("appended", [1, 5])
async def test_a_publisher_that_is_killed_outright_leaves_whole_entries_and_the_next_goes_on(
    system: TransparentSystem, store: str, appended: int
) -> None:
    names = [ClientId(f"client-{n}") for n in range(40)]
    for n in range(8):
        await system.change_clients(NOW + n * MINUTE, *names[5 * n : 5 * n + 5])
        await system.sealed(NOW + (n + 1.5) * MINUTE)
    argv = [sys.executable, "-m", "tests.contract.sql.publisher_process", store]
    process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE, cwd=REPOSITORY)
    assert process.stdout is not None
    for _ in range(appended):
        await process.stdout.readline()
    process.kill()
    await process.wait()
    found = await clients_of(system)
    assert found == names[: len(found)]
    assert len(found) >= appended
    await system.published(NOW + HOUR)
    assert await clients_of(system) == names
    assert (await system.head(NOW + HOUR)).head.root == root_of(await system.leaves())


async def test_an_event_that_was_sealed_twice_is_published_once(system: TransparentSystem, store: str) -> None:
    await system.grown(3, 2)
    await run(store, "UPDATE audit_checkpoints SET signed = 'x' || signed WHERE number = 3")
    await system.sealed(NOW + 5 * MINUTE)
    assert (await system.published(NOW + 5 * MINUTE)).entries == 0
    assert len(await clients_of(system)) == 6


async def test_an_event_that_came_late_is_published_when_it_is_sealed(system: TransparentSystem) -> None:
    await system.grown(2, 2)
    await system.change_clients(NOW + timedelta(seconds=30), ClientId("late"))
    await system.published(NOW + 3 * MINUTE)
    assert "late" not in await clients_of(system)
    await system.sealed(NOW + 4 * MINUTE)
    await system.published(NOW + 4 * MINUTE)
    assert (await clients_of(system))[-1] == "late"


async def test_an_event_that_was_edited_after_it_was_sealed_is_not_published_and_told(
    system: TransparentSystem, store: str
) -> None:
    ids = await system.change_clients(NOW, ClientId("one"), ClientId("two"), ClientId("three"))
    await system.sealed(NOW + 2 * MINUTE)
    await run(store, f"UPDATE audit_events SET client_id = 'forged' WHERE event_id = '{ids[1]}'")
    await run(store, f"UPDATE audit_events SET details = 'no json' WHERE event_id = '{ids[2]}'")
    done = await system.published(NOW + 2 * MINUTE)
    assert (done.entries, done.differing) == (1, ids[1:])
    assert await clients_of(system) == ["one"]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE transparency_nodes SET node = (SELECT node FROM transparency_nodes WHERE place = 0) WHERE place = 1",
        "DELETE FROM transparency_nodes WHERE place = 1",
        "UPDATE transparency_position SET entries = entries - 1",
        "DELETE FROM transparency_position",
    ],
)
async def test_nothing_is_signed_over_a_log_that_is_not_what_was_signed(
    system: TransparentSystem, store: str, tampering: str
) -> None:
    await system.grown(1, 2)
    await run(store, tampering)
    await system.change_clients(NOW + 2 * MINUTE, ClientId("another"))
    await system.sealed(NOW + 4 * MINUTE)
    with pytest.raises(LogDamagedError):
        await system.published(NOW + 4 * MINUTE)
    assert len(await system.database.transparency.heads(10)) == 1


async def test_a_head_that_is_not_ours_is_not_built_upon(system: TransparentSystem, store: str) -> None:
    await system.grown(2, 2)
    await run(store, "UPDATE transparency_heads SET signed = 'x' || signed WHERE number = 2")
    assert (await system.published(THEN)).head is not None
    signed = await system.head(THEN)
    assert (signed.head.size, signed.head.root) == (4, root_of(await system.leaves()))


class _Dying:
    """The log, but whoever appends never gets an answer: before or after it was written."""

    def __init__(self, system: TransparentSystem, reached: asyncio.Event, *, after: bool) -> None:
        log = system.database.transparency
        self.position, self.known, self.hashes = log.position, log.known, log.hashes
        self.leaves, self.heads, self.add_head = log.leaves, log.heads, log.add_head
        self._append, self._reached, self._after = log.append, reached, after

    async def append(
        self, before: Position, after: Position, entries: Sequence[LogEntry], nodes: Mapping[Subtree, bytes]
    ) -> bool:
        if self._after:
            await self._append(before, after, entries, nodes)
        self._reached.set()
        await asyncio.Event().wait()
        return True


async def test_the_doctor_says_how_old_the_newest_checkpoint_is_and_whether_it_fits(
    system: TransparentSystem, store: str
) -> None:
    async def verdict(after: timedelta) -> Verdict:
        (found,) = await check_transparency(system.database, MASTER_KEY, NOW + after)
        return found.verdict

    assert await verdict(HOUR) is Verdict.WARN
    await system.grown(1, 3)
    assert [await verdict(after) for after in (HOUR, 3 * HOUR)] == [Verdict.OK, Verdict.WARN]
    await run(store, "DELETE FROM transparency_nodes WHERE place = 4")
    assert await verdict(HOUR) is Verdict.FAIL
    await run(store, "UPDATE transparency_heads SET signed = 'x'")
    assert await verdict(HOUR) is Verdict.FAIL
    assert await check_transparency(system.database, None, NOW) == []


async def test_what_administrators_do_is_published_with_role_agency_and_digest_and_without_them(
    system: TransparentSystem,
) -> None:
    rig = await AdminRig.appointed(system.database)
    await rig.clients.register(DEVELOPER, portal())
    change = await rig.proposed(DEVELOPER, stage="production")
    await rig.approvals.approve(AGENCY, change.id, change.digest)
    await rig.clients.stop(OPERATOR, ClientId("portal"), "because of the tests")
    digest = public_digest(await rig.stored())
    entries = [leaf_of(event) for event in await system.database.audit_export("", 100)]
    reported = [orjson.loads(leaf) for leaf in entries]
    assert [(one["kind"], one["by"]) for one in reported] == [
        ("admin:client:registered", {"agency": "H37", "roles": ["client_developer"]}),
        ("admin:change:proposed", {"agency": "H37", "roles": ["client_developer"]}),
        ("admin:change:approved", {"agency": "H37", "roles": ["agency_administrator"]}),
        ("admin:client:stopped", {"agency": "G22", "roles": ["national_operator"]}),
    ]
    assert {one["object"]["client_id"] for one in reported} == {"portal"}
    assert [one.get("digest") == digest for one in reported] == [False, False, True, True]
    assert not [leaf for leaf in entries if b"CODE" in leaf or b"developer0" in leaf or b"tests" in leaf]
