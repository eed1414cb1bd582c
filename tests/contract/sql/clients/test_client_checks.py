"""Results of checks, and hosts: one process at a time, the newest lease alone writes."""

import asyncio
from datetime import datetime, timedelta

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.admin.clients.health import CheckCause, CheckKind, CheckResult, CheckState, Judged, Target
from idp.admin.clients.health_ports import KeptCheck, LeasedHost
from records.structs import replace
from tests.support.running.sql_stores import NOW, StatementCounter

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HOST = "dichvucong.example.gov.vn:443"
KEYS = Target(CheckKind.KEY_SET, "https://dichvucong.example.gov.vn/jwks", HOST)
FAILS = Judged(CheckState.FAILS, CheckCause.MISSING, "404")


def result(client_id: ClientId = ClientId("portal"), judged: Judged = FAILS, *, target: Target = KEYS) -> CheckResult:
    return CheckResult(client_id, target, judged, since_at=NOW, worked_at=None, checked_at=NOW)


async def lease(database: Database, at: datetime = NOW, limit: int = 10) -> list[LeasedHost]:
    return list(await database.client_checks.lease(at, at + MINUTE, limit))


async def kept(database: Database, *results: CheckResult, host: str = HOST, due_at: datetime = NOW + DAY) -> None:
    taken = await database.client_checks.take(host, NOW, NOW + MINUTE)
    assert taken is not None
    assert await database.client_checks.record(taken, results, due_at)


async def test_a_planned_host_is_leased_when_it_is_due_and_once(database: Database) -> None:
    await database.client_checks.plan([HOST], NOW)
    assert await lease(database, NOW - MINUTE) == []
    assert await lease(database) == [LeasedHost(HOST, 1)]
    assert await lease(database) == []


async def test_planning_again_changes_nothing(database: Database) -> None:
    await database.client_checks.plan([HOST], NOW)
    await database.client_checks.plan([HOST], NOW + DAY)
    assert await lease(database) == [LeasedHost(HOST, 1)]


async def test_many_processes_share_the_hosts_without_overlap(database: Database, neighbour: Database) -> None:
    await database.client_checks.plan([f"host{n:02}:443" for n in range(30)], NOW)
    taken = await asyncio.gather(*(lease(one, limit=2) for one in (database, neighbour) * 10))
    hosts = [one.host for leased in taken for one in leased]
    assert len(hosts) == len(set(hosts)) <= 30


async def test_a_host_is_taken_by_one_of_many_at_once(database: Database, neighbour: Database) -> None:
    taking = (one.client_checks.take(HOST, NOW, NOW + MINUTE) for one in (database, neighbour) * 5)
    assert len([one for one in await asyncio.gather(*taking) if one is not None]) == 1


async def test_what_is_taken_is_not_leased_and_the_other_way_round(database: Database) -> None:
    await database.client_checks.plan([HOST], NOW)
    assert await database.client_checks.take(HOST, NOW, NOW + MINUTE) is not None
    assert await lease(database) == []
    assert len(await lease(database, NOW + MINUTE)) == 1
    assert await database.client_checks.take(HOST, NOW + MINUTE, NOW + 2 * MINUTE) is None


async def test_a_result_is_kept_and_the_host_waits_for_its_next_turn(database: Database) -> None:
    await kept(database, result())
    assert await database.client_checks.of_client(ClientId("portal")) == [KeptCheck(result(), NOW + DAY)]
    assert await database.client_checks.at_host(HOST) == [result()]
    assert await lease(database, NOW + DAY - MINUTE) == []
    assert await lease(database, NOW + DAY) == [LeasedHost(HOST, 2)]


async def test_a_later_result_takes_the_place_of_the_earlier(database: Database) -> None:
    await kept(database, result())
    ends = Judged(CheckState.WARNS, CheckCause.ENDS_SOON, "3", NOW + 3 * DAY)
    better = replace(result(judged=ends), since_at=NOW + MINUTE, worked_at=NOW + MINUTE)
    await kept(database, better)
    assert [one.result for one in await database.client_checks.of_client(ClientId("portal"))] == [better]


async def test_whoever_lost_the_lease_writes_nothing(database: Database) -> None:
    await database.client_checks.plan([HOST], NOW)
    (late,) = await lease(database)
    (newer,) = await lease(database, NOW + MINUTE)
    assert not await database.client_checks.record(late, [result()], NOW + DAY)
    assert await database.client_checks.of_client(ClientId("portal")) == []
    await database.client_checks.forget(late)
    assert await database.client_checks.record(newer, [result()], NOW + DAY)


async def test_a_forgotten_host_leaves_its_results_without_a_next_turn(database: Database) -> None:
    await kept(database, result())
    (leased,) = await lease(database, NOW + DAY)
    await database.client_checks.forget(leased)
    assert await database.client_checks.of_client(ClientId("portal")) == [KeptCheck(result(), None)]
    assert await lease(database, NOW + 2 * DAY) == []


async def test_what_fails_is_found_for_a_page_of_clients_in_one_read(
    database: Database, counter: StatementCounter
) -> None:
    works = Judged(CheckState.WORKS)
    await kept(database, result(ClientId("a")), result(ClientId("b"), works), result(ClientId("c")))
    counter.take()
    assert [
        one.client_id for one in await database.client_checks.failing([ClientId("a"), ClientId("b"), ClientId("z")], 10)
    ] == ["a"]
    assert len(counter.statements) == 1
    assert [one.client_id for one in await database.client_checks.failing(None, 10)] == ["a", "c"]
    assert await database.client_checks.failing([], 10) == []


async def test_results_of_addresses_that_are_gone_are_swept_out_after_ninety_days(database: Database) -> None:
    await kept(database, result(ClientId("a")), replace(result(ClientId("b")), checked_at=NOW - 91 * DAY))
    assert await database.sweeps.sweep("client_checks", NOW, 10) == 1
    assert [one.client_id for one in await database.client_checks.failing(None, 10)] == ["a"]
