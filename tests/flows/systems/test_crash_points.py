"""kill -9 at each step of the token path, and a store cut off in mid-commit (cases.md 4: F1, F9)."""

import contextlib
import os
import signal
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import httpx2
import pytest

from idp.adapters.sql.database import open_database
from idp.kernel.key_purposes import KeyPurpose
from migrations.runner import upgrade
from tests.contract.sql.direct import run
from tests.flows.running_provider import CITIZENS, RunningProvider, gateway_settings, running_provider
from tests.flows.stored import check_whole, fetch
from tests.support.parties.relying_party import Started, show_password
from tests.support.patience import patient
from tests.support.plain.browser import Browser, landed
from tests.support.running.fault_proxy import Fault, FaultProxy
from tests.support.running.listener import Listener
from tests.support.running.provider import Provider
from tests.support.running.servers import PostgresServer, RedisServer

# The three steps: the claim never reaches the store; it does, its answer does not; the client never hears of it.
BEFORE_CLAIM, BEFORE_ANSWER, BEFORE_RESPONSE = "before the claim", "before its answer", "before the response"
# A start on a busy machine outlasts the grace of lost answers (RFC 9700 4.14.2), which is not what is tried here.
AS_IF_AT_ONCE = "UPDATE refresh_families SET rotated_at = CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS bigint)"
POINTS = [BEFORE_CLAIM, BEFORE_ANSWER, BEFORE_RESPONSE]


@dataclass(slots=True)
class Scene:
    """A town whose server reaches its database, and is reached, through relays."""

    running: RunningProvider
    browser: Browser
    database: FaultProxy
    front: FaultProxy
    hits: int = 0
    killed: bool = False

    def crash(self, point: str, *needles: bytes, kill: bool = True) -> None:
        """Arm the fault: when the claim is at that point, the server dies (or is cut off from its store).

        The claim is the message that holds the last needle, sent after the others on the same connection.
        """
        self.hits, self.killed = 0, kill
        seen: dict[int, int] = defaultdict(int)
        pid = self.running.provider.servers[0].pid

        def strike() -> bool:
            self.hits += 1
            if kill:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return False

        def on_send(connection: int, chunk: bytes) -> bool:
            if seen[connection] == len(needles) or needles[seen[connection]] not in chunk:
                return True
            seen[connection] += 1
            return strike() if point == BEFORE_CLAIM and seen[connection] == len(needles) else True

        def on_answer(connection: int, _chunk: bytes) -> bool:
            return strike() if seen[connection] == len(needles) else True

        match point:
            case "before the response":
                self.front.fault = Fault(before_answer=lambda _connection, _chunk: strike())
            case "before its answer":
                self.database.fault = Fault(before_send=on_send, before_answer=on_answer)
            case _:
                self.database.fault = Fault(before_send=on_send)

    def recover(self) -> None:
        """Clear the fault and start the server again if it died."""
        assert self.hits > 0, "the fault never struck: the test proves nothing"
        self.database.fault = self.front.fault = Fault()
        server = self.running.provider.servers[0]
        if self.killed:
            server.kill9()
            server.start()
            self.running.provider.run(run(self.running.provider.database_url, AS_IF_AT_ONCE))

    def call(self, send: Callable[[str], httpx2.Response]) -> httpx2.Response | None:
        """Send a request through the front relay; None when no answer came."""
        try:
            return send(self.front.url)
        except httpx2.TransportError:
            return None

    async def hash_of(self, text: str) -> bytes:
        """Return the keyed hash that stands for a code or refresh token in the store's statements."""
        database = await open_database(self.running.provider.database_url)
        try:
            return (await self.running.provider.root_key(database)).hash_key(KeyPurpose.TOKENS).digest(text)
        finally:
            await database.close()

    def new_code(self) -> tuple[Started, str]:
        """Return a code of a session that is there already."""
        party = self.running.party()
        started = party.start()
        return started, party.code_of(started, landed(self.browser.open(started.location)))


@pytest.fixture(scope="module")
def scene(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, redis_server: RedisServer
) -> Iterator[Scene]:
    folder, url = tmp_path_factory.mktemp("crash"), postgres.create_database(postgres.template("migrated", upgrade))
    with Listener() as listener, FaultProxy(url) as database, httpx2.Client(timeout=patient(30)) as http:
        settings = gateway_settings(listener)
        provider = Provider(folder, url, redis_server.url, settings=settings, server_database_url=database.url)
        for running in running_provider(provider, listener, http, CITIZENS[:1]):
            with Browser(provider.base()) as browser, FaultProxy(provider.base()) as front:
                party = running.party()
                landed(show_password(browser, browser.page(party.start().location), CITIZENS[0]))
                yield Scene(running, browser, database, front)
    postgres.drop_database(url)


@pytest.mark.parametrize("point", POINTS)
async def test_a_code_never_works_twice_over_a_crash(scene: Scene, point: str) -> None:
    """N1, N8: what was not claimed can still be redeemed once; what was, never again."""
    party = scene.running.party()
    started, code = scene.new_code()
    code_hash = await scene.hash_of(code)
    scene.crash(point, code_hash)
    assert scene.call(lambda base: party.at(base).redeem(started, code)) is None
    scene.recover()
    stored = await fetch(scene.running.provider.database_url, "SELECT 1 FROM grants WHERE code_hash = $1", code_hash)
    assert len(stored) == (0 if point == BEFORE_CLAIM else 1)
    again = [party.redeem(started, code).status_code for _ in range(2)]
    assert again == ([200, 400] if point == BEFORE_CLAIM else [400, 400])
    await check_whole(scene.running.provider.database_url)


@pytest.mark.parametrize("point", POINTS)
async def test_a_refresh_token_is_not_lost_in_a_crash(scene: Scene, point: str) -> None:
    """N2, N3: the acknowledged head still works, or as the predecessor within the grace; one head is alive."""
    party = scene.running.party()
    started, code = scene.new_code()
    head = party.validated(party.redeem(started, code), nonce=started.nonce).refresh_token or ""
    scene.crash(point, await scene.hash_of(head))
    assert scene.call(lambda base: party.at(base).refresh(head)) is None
    scene.recover()
    successor = party.validated(party.refresh(head), nonce=None).refresh_token or ""
    assert party.introspect(head) == {"active": False}
    assert party.introspect(successor)["active"] is True
    party.validated(party.refresh(successor), nonce=None)
    await check_whole(scene.running.provider.database_url)


@pytest.mark.parametrize("point", POINTS)
async def test_a_revocation_stands_once_the_store_has_it(scene: Scene, point: str) -> None:
    """N4: before the claim nothing happened; after it the token is dead though nobody heard."""
    party = scene.running.party()
    started, code = scene.new_code()
    tokens = party.validated(party.redeem(started, code), nonce=started.nonce)
    scene.crash(point, b"revoked_by_client", b"COMMIT")
    assert scene.call(lambda base: party.at(base).revoke(tokens.refresh_token or "")) is None
    scene.recover()
    assert party.introspect(tokens.access_token)["active"] is (point == BEFORE_CLAIM)
    assert party.revoke(tokens.refresh_token or "").status_code == 200
    assert party.introspect(tokens.access_token) == {"active": False}


@pytest.mark.parametrize("point", [BEFORE_CLAIM, BEFORE_ANSWER])
async def test_f_9_a_cut_between_claim_and_answer_is_503_and_a_retry_ends_well(scene: Scene, point: str) -> None:
    """The server lives on: it says that it does not know, never that it worked."""
    party = scene.running.party()
    started, code = scene.new_code()
    head = party.validated(party.redeem(started, code), nonce=started.nonce).refresh_token or ""
    scene.crash(point, await scene.hash_of(head), kill=False)
    cut = scene.call(lambda base: party.at(base).refresh(head))
    scene.recover()
    assert cut is not None
    assert (cut.status_code, cut.json()["error"]) == (503, "temporarily_unavailable")
    assert int(cut.headers["retry-after"]) > 0
    successor = party.validated(party.refresh(head), nonce=None).refresh_token or ""
    party.validated(party.refresh(successor), nonce=None)
    await check_whole(scene.running.provider.database_url)


async def test_a_slow_database_delays_and_refuses_nothing(scene: Scene) -> None:
    """F8: 100 ms for each answer costs time, no token."""
    party = scene.running.party()
    started, code = scene.new_code()
    scene.database.fault = Fault(latency=timedelta(milliseconds=100))
    tokens = party.validated(party.redeem(started, code), nonce=started.nonce)
    scene.database.fault = Fault()
    party.validated(party.refresh(tokens.refresh_token or ""), nonce=None)


async def test_a_hanging_database_is_503_with_retry_after_and_comes_back_without_a_restart(scene: Scene) -> None:
    """F8: a store that no longer speaks is waited for a bounded time; published keys need no store."""
    party = scene.running.party()
    started, code = scene.new_code()
    scene.database.fault = Fault(hang=True)
    answer = party.redeem(started, code)
    assert scene.running.http.get(party.base + "/jwks.json").status_code == 200
    scene.database.fault = Fault()
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert int(answer.headers["retry-after"]) > 0
    later = scene.new_code()
    party.validated(party.redeem(*later), nonce=later[0].nonce)
