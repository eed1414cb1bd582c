"""Clients' servers are tried for real: on both databases, with listeners that answer well, badly, or not at all."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from clients.model import Client, ClientId
from clients.registry import ClientRegistry
from idp.adapters.egress.allow import parse_allow
from idp.adapters.egress.guarded import GuardedCaller
from idp.adapters.sql.database import Database
from idp.admin.clients.checking import LEASE, ClientChecking, turned
from idp.admin.clients.health import CheckCause, CheckKind, CheckState, targets_by_host
from records.structs import replace
from tests.contract.egress.local_server import Behaviour, LocalServer, local_server, ok, says
from tests.support.builders.protocol import CLIENT, CLIENT_KEY, public_jwks
from tests.support.rigs.admin import StepClock
from tests.support.running.sql_stores import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KEYS = json.dumps(public_jwks(CLIENT_KEY)).encode()
PRIVATE = json.dumps({"keys": [CLIENT_KEY.as_dict(private=True)]}).encode()
BAD_REQUEST = says(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
Found = dict[CheckKind, tuple[CheckState, CheckCause]]


def portal(
    client_id: ClientId = ClientId("portal"), keys: LocalServer | None = None, logout: LocalServer | None = None
) -> Client:
    return replace(
        CLIENT,
        client_id=client_id,
        redirect_uris=("http://127.0.0.1/cb",),
        jwks_uri=keys.url() if keys else None,
        backchannel_logout_uri=logout.url() if logout else None,
    )


async def saved(database: Database, *clients: Client) -> ClientRegistry:
    registry = ClientRegistry()
    for client in clients:
        await database.clients.save(client, expected_version=None)
    await registry.refresh(database.clients)
    return registry


@asynccontextmanager
async def checking(
    database: Database, *clients: Client, allow: str = "127.0.0.1", clock: StepClock | None = None
) -> AsyncIterator[ClientChecking]:
    registry = await saved(database, *clients)
    async with GuardedCaller(parse_allow(allow)) as caller:
        made = clock or StepClock(NOW)
        yield ClientChecking(registry, database.client_checks, caller, caller, made, dice=lambda: 0.5)


async def found(database: Database, client_id: ClientId = ClientId("portal")) -> Found:
    kept = await database.client_checks.of_client(client_id)
    return {one.result.target.kind: (one.result.judged.state, one.result.judged.cause) for one in kept}


async def key_set_of(database: Database, behave: Behaviour) -> tuple[CheckState, CheckCause]:
    async with local_server(behave) as server:
        client = portal(keys=server)
        async with checking(database, client) as tries:
            await tries.check_now(client)
    return (await found(database))[CheckKind.KEY_SET]


async def test_a_key_set_and_a_logout_address_that_work(database: Database) -> None:
    async with local_server(ok(KEYS)) as keys, local_server(BAD_REQUEST) as logout:
        client = portal(keys=keys, logout=logout)
        async with checking(database, client) as tries:
            await tries.check_now(client)
    works = (CheckState.WORKS, CheckCause.NONE)
    assert await found(database) == {CheckKind.KEY_SET: works, CheckKind.LOGOUT: works}
    assert keys.requests[0].startswith(b"GET ")
    # What is sent to the logout address names nobody: it has no body at all.
    assert logout.requests[0].startswith(b"POST ")
    assert logout.requests[0].endswith(b"\r\n\r\n")
    assert b"logout_token" not in logout.requests[0]


async def test_a_key_set_with_a_private_key_fails(database: Database) -> None:
    assert await key_set_of(database, ok(PRIVATE)) == (CheckState.FAILS, CheckCause.PRIVATE_KEY)


async def test_a_huge_answer_is_not_read_to_its_end(database: Database) -> None:
    assert await key_set_of(database, ok(b" " * 200_000)) == (CheckState.FAILS, CheckCause.OVERSIZED)


async def test_a_redirect_is_not_followed(database: Database) -> None:
    async with local_server(ok(KEYS)) as inside:
        leads = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % inside.url().encode()
        assert await key_set_of(database, says(leads)) == (CheckState.FAILS, CheckCause.REDIRECTED)
    assert inside.connections == 0


async def test_ss_1_an_address_inside_is_not_called(database: Database) -> None:
    async with local_server(ok(KEYS)) as inside:
        client = replace(portal(), jwks_uri=inside.url(scheme="https"))
        async with checking(database, client, allow="") as tries:
            await tries.check_now(client)
    refused = (CheckState.FAILS, CheckCause.REFUSED)
    assert await found(database) == {CheckKind.KEY_SET: refused, CheckKind.CERTIFICATE: refused}
    assert inside.connections == 0


async def test_what_is_planned_is_tried_when_it_is_due_and_again_after_a_day(database: Database) -> None:
    clock = StepClock(NOW)
    async with local_server(ok(KEYS)) as keys, checking(database, portal(keys=keys), clock=clock) as tries:
        await tries.plan()
        assert await tries.check_due() == 0
        clock.later(2 * HOUR)
        assert await tries.check_due() == 1
        assert await tries.check_due() == 0
        clock.later(DAY)
        assert await tries.check_due() == 1
    assert keys.connections == 2
    (kept,) = await database.client_checks.of_client(ClientId("portal"))
    assert kept.result.since_at == NOW + 2 * HOUR
    assert kept.due_at == NOW + 2 * HOUR + 2 * DAY


async def test_what_fails_is_tried_sooner(database: Database) -> None:
    clock = StepClock(NOW)
    missing = says(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    async with local_server(missing) as keys, checking(database, portal(keys=keys), clock=clock) as tries:
        await tries.plan()
        clock.later(2 * HOUR)
        assert await tries.check_due() == 1
        clock.later(timedelta(minutes=5))
        assert await tries.check_due() == 1
    assert await found(database) == {CheckKind.KEY_SET: (CheckState.FAILS, CheckCause.MISSING)}


async def test_clients_at_one_address_cost_it_one_request(database: Database) -> None:
    async with local_server(ok(KEYS)) as keys:
        one, other = portal(ClientId("one"), keys=keys), portal(ClientId("other"), keys=keys)
        async with checking(database, one, other) as tries:
            await tries.check_now(one)
    assert keys.connections == 1
    assert await found(database, ClientId("other")) == {CheckKind.KEY_SET: (CheckState.WORKS, CheckCause.NONE)}


async def test_two_processes_at_once_try_a_host_once(database: Database, neighbour: Database) -> None:
    clock = StepClock(NOW)
    async with local_server(ok(KEYS)) as keys, checking(database, portal(keys=keys), clock=clock) as tries:
        other = replace(tries, checks=neighbour.client_checks)
        await tries.plan()
        clock.later(2 * HOUR)
        assert sum(await asyncio.gather(tries.check_due(), other.check_due())) == 1
    assert keys.connections == 1


async def test_whoever_died_at_a_host_is_followed_by_another_when_the_lease_has_ended(database: Database) -> None:
    clock = StepClock(NOW)
    async with local_server(ok(KEYS)) as keys, checking(database, portal(keys=keys), clock=clock) as tries:
        await tries.plan()
        clock.later(2 * HOUR)
        await database.client_checks.lease(clock.now(), clock.now() + LEASE, 1)
        assert await tries.check_due() == 0
        clock.later(LEASE)
        assert await tries.check_due() == 1


async def test_the_sandbox_is_tried_on_request_and_never_by_itself(database: Database) -> None:
    clock = StepClock(NOW)
    async with local_server(ok(KEYS)) as keys:
        client = replace(portal(keys=keys), stage="sandbox")
        async with checking(database, client, clock=clock) as tries:
            await tries.plan()
            await tries.check_now(client)
            clock.later(3 * DAY)
            assert await tries.check_due() == 1
    assert keys.connections == 1
    (kept,) = await database.client_checks.of_client(ClientId("portal"))
    assert (kept.result.judged.state, kept.due_at) == (CheckState.WORKS, None)


def test_each_turn_begins_at_another_target() -> None:
    wanted = targets_by_host([replace(portal(), jwks_uri="https://a/jwks", backchannel_logout_uri="https://a/out")])[
        "a:443"
    ]
    firsts = [turned(wanted, turn)[0][1].kind for turn in range(4)]
    assert firsts == [CheckKind.KEY_SET, CheckKind.LOGOUT, CheckKind.CERTIFICATE, CheckKind.KEY_SET]
    assert sorted(turned(wanted, 2), key=wanted.index) == wanted
    assert turned([], 2) == []
