"""Kills at random moments under load, judged by a client-side ledger (cases.md 3: N1-N4, N8)."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import httpx2
import pytest

from idp.protocol.policy import ProtocolPolicy
from migrations.runner import upgrade
from tests.flows.running_provider import CITIZENS, RunningProvider, gateway_settings, running_provider
from tests.flows.stored import check_whole
from tests.support.extent import rounds
from tests.support.parties.relying_party import RelyingParty, sign_in
from tests.support.parties.request_ledger import RequestLedger
from tests.support.patience import patient
from tests.support.plain.browser import Browser
from tests.support.running.listener import Listener
from tests.support.running.provider import Provider
from tests.support.running.servers import PostgresServer, RedisServer, ServerProcess

ROUNDS, WORKERS, SEED = rounds(8, 30), 6, 20261123
# However slow the machine, each worker lives through so many grants, every second of which it revokes.
GRANTS = 2 * (ROUNDS // WORKERS + 1)
# A client that got no answer asks again; far more often than two processes can be away, however slow their start.
MAX_TRIES = 10_000
# Whoever was away longer than the grace of lost answers is refused, and rightly: seconds, with room for a slow request.
GRACE = ProtocolPolicy().refresh_grace.total_seconds() - 5


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, redis_server: RedisServer
) -> Iterator[RunningProvider]:
    folder, url = tmp_path_factory.mktemp("rounds"), postgres.create_database(postgres.template("migrated", upgrade))
    with Listener() as listener, httpx2.Client(timeout=patient(30)) as http:
        provider = Provider(folder, url, redis_server.url, count=2, settings=gateway_settings(listener))
        yield from running_provider(provider, listener, http, CITIZENS[:1])
    postgres.drop_database(url)


class Load:
    """Clients that redeem, refresh and revoke without a pause, each fact in the ledger before and after."""

    def __init__(self, running: RunningProvider, cookies: httpx2.Cookies, ledger: RequestLedger) -> None:
        self.running = running
        self.party: RelyingParty = running.party()
        self.ledger = ledger
        self.random = random.Random(SEED)
        self.http = httpx2.AsyncClient(timeout=patient(20), cookies=cookies)
        self.stopping = False
        self.complaints: list[str] = []

    async def work(self) -> None:
        """Live through grants, one after the other, until told to stop and through enough of them."""
        grants = 0
        while not self.stopping or grants < GRANTS:
            head = await self._new_family()
            for _ in range(self.random.randrange(2, 6)):
                if head is not None:
                    head = await self._rotated(head)
            if head is not None:
                grants += 1
                if grants % 2:
                    await self._revoke(head)

    async def _revoke(self, head: str) -> None:
        for _ in range(MAX_TRIES):
            if await self._send("revoke", head, "/revoke", {"token": head}) is not None:
                return
        raise AssertionError("no process answered a revocation any more")

    async def _new_family(self) -> str | None:
        """Return the first refresh token of a new grant; None when the code turned out to be spent unheard."""
        started = self.party.start()
        answer = await self._get(started.location)
        code = dict(httpx2.URL(answer.headers["location"]).params)["code"]
        fields = {"grant_type": "authorization_code", "code": code, "code_verifier": started.verifier}
        fields["redirect_uri"] = self.party.redirect_uri
        for _ in range(MAX_TRIES):
            head = await self._send("redeem", code, "/token", fields)
            if head is not None:
                return head or None
        raise AssertionError("no process answered a redemption any more")

    async def _rotated(self, head: str) -> str | None:
        """Return the successor, asking again with the same token for as long as nobody answers (N2)."""
        fields, last_try = {"grant_type": "refresh_token", "refresh_token": head}, monotonic() + GRACE
        for _ in range(MAX_TRIES):
            in_time = monotonic() < last_try
            successor = await self._send("refresh", head, "/token", fields)
            if successor == "" and in_time:
                self.complaints.append("an acknowledged head was refused")
            if successor is not None:
                return successor or None
        raise AssertionError("no process answered a refresh any more")

    async def _get(self, address: str) -> httpx2.Response:
        for _ in range(MAX_TRIES):
            try:
                answer = await self.http.get(self._base() + address)
            except httpx2.TransportError:
                await asyncio.sleep(0.02)
                continue
            if answer.status_code == 303:
                return answer
        raise AssertionError("no process answered an authorization request any more")

    async def _send(self, kind: str, token: str, path: str, fields: dict[str, str]) -> str | None:
        """Return the new refresh token, "" for an acknowledged request without one, None when unknown."""
        headers, proof = self.party.credentials.prove(self.party.client_id, self.party.issuer)
        number = self.ledger.sent(kind, token)
        try:
            answer = await self.http.post(self._base() + path, data={**fields, **proof}, headers=headers)
        except httpx2.TransportError:
            await asyncio.sleep(0.02)
            return None
        body = answer.json() if path == "/token" else {}
        successor = str(body.get("refresh_token", ""))
        self.ledger.answered(number, answer.status_code, successor=successor, access=str(body.get("access_token", "")))
        if answer.status_code == 503:
            return None
        return successor

    def _base(self) -> str:
        return self.running.provider.base(self.random.randrange(2))


async def kill_at_random(load: Load, server: ServerProcess) -> None:
    """Kill one process again and again, whether or not the other one is there."""
    for _ in range(ROUNDS // 2):
        await asyncio.sleep(load.random.uniform(0.02, 0.3))
        await asyncio.to_thread(server.kill9)
        await asyncio.to_thread(server.start)


@pytest.mark.long
async def test_kills_at_random_moments_lose_nothing_that_was_acknowledged(
    running: RunningProvider, tmp_path: Path
) -> None:
    with Browser(running.provider.base()) as browser:
        sign_in(browser, running.party(), CITIZENS[0])
        ledger = RequestLedger(tmp_path / "ledger.jsonl")
        load = Load(running, browser.http.cookies, ledger)
    working = [asyncio.create_task(load.work()) for _ in range(WORKERS)]
    try:
        await asyncio.gather(*(kill_at_random(load, server) for server in running.provider.servers))
        load.stopping = True
        await asyncio.gather(*working)
    finally:
        for task in working:
            task.cancel()
        await load.http.aclose()
        ledger.close()
    assert load.complaints == []
    facts = ledger.replay()
    assert sum("status" not in fact for fact in facts) >= ROUNDS // 3, "the kills hit almost nothing"
    check_single_use(facts)
    check_heads(running.party(), facts)
    check_revocations(running, facts)
    await check_whole(running.provider.database_url)


def check_single_use(facts: list[dict[str, str | int]]) -> None:
    """N1: no code has two acknowledged uses."""
    redeemed = [fact["token"] for fact in facts if fact["kind"] == "redeem" and fact.get("status") == 200]
    assert len(redeemed) > ROUNDS
    assert len(set(redeemed)) == len(redeemed)


def check_heads(party: RelyingParty, facts: list[dict[str, str | int]]) -> None:
    """N2, N3: the newest acknowledged head of every family that nobody revoked is its one active token.

    Nor one that was refused: that was too late, else somebody complained.
    """
    families: dict[str, list[str]] = defaultdict(list)
    ended = [
        fact for fact in facts if fact["kind"] == "revoke" or (fact["kind"], fact.get("status")) == ("refresh", 400)
    ]
    touched = {str(fact["token"]).partition(".")[0] for fact in ended}
    for fact in facts:
        successor = str(fact.get("successor", ""))
        if fact.get("status") == 200 and successor and successor not in families[successor.partition(".")[0]]:
            families[successor.partition(".")[0]].append(successor)
    untouched = [members for family, members in families.items() if family not in touched]
    assert untouched
    for members in random.Random(SEED).sample(untouched, min(20, len(untouched))):
        active = [token for token in members if party.introspect(token)["active"]]
        assert active == members[-1:]
        assert party.refresh(members[-1]).status_code == 200


def check_revocations(running: RunningProvider, facts: list[dict[str, str | int]]) -> None:
    """N4: every acknowledged revocation stands at both processes, for refresh and access tokens."""
    revoked = {str(fact["token"]).partition(".")[0] for fact in facts if _acknowledged(fact, "revoke")}
    assert revoked
    issued = [str(fact["access"]) for fact in facts if str(fact.get("successor", "")).partition(".")[0] in revoked]
    for place in range(2):
        there = running.party().at(running.provider.base(place))
        assert [there.introspect(token) for token in issued[-40:]] == [{"active": False}] * len(issued[-40:])


def _acknowledged(fact: dict[str, str | int], kind: str) -> bool:
    return fact["kind"] == kind and fact.get("status") == 200
