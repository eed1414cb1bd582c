"""Fifty at once across two processes on PostgreSQL and Redis: one code, one head."""

import asyncio
from collections.abc import Iterator

import httpx2
import pytest

from clients.model import ClientId
from tests.flows.running_provider import RunningProvider
from tests.support.parties.client_credentials import NoSecret
from tests.support.parties.relying_party import RelyingParty, Started, Tokens, show_password, sign_in, sign_on
from tests.support.patience import patient
from tests.support.plain.browser import Browser, landed

MANY = 50
REVOCATION_ROUNDS = 20


@pytest.fixture
def browser(cluster: RunningProvider) -> Iterator[Browser]:
    with Browser(cluster.provider.base()) as opened:
        yield opened


async def at_once(cluster: RunningProvider, party: RelyingParty, fields: dict[str, str]) -> list[httpx2.Response]:
    """Send the same token request fifty times, by turns to both processes, all let go at the same moment."""
    headers, proof = party.credentials.prove(party.client_id, party.issuer)
    go = asyncio.Event()

    async def send(client: httpx2.AsyncClient, place: int) -> httpx2.Response:
        await go.wait()
        url = f"{cluster.provider.base(place % 2)}/token"
        return await client.post(url, data={**fields, **proof}, headers=headers)

    limits = httpx2.Limits(max_connections=MANY)
    async with httpx2.AsyncClient(timeout=patient(60), limits=limits) as client:
        sending = [asyncio.create_task(send(client, place)) for place in range(MANY)]
        await asyncio.sleep(0)
        go.set()
        return await asyncio.gather(*sending)


def check_dead_everywhere(cluster: RunningProvider, party: RelyingParty, body: dict[str, str]) -> None:
    for place in range(2):
        there = party.at(cluster.provider.base(place))
        assert there.introspect(body["access_token"]) == {"active": False}
        assert there.introspect(body["refresh_token"]) == {"active": False}
        assert there.userinfo(body["access_token"]).status_code == 401
        assert there.refresh(body["refresh_token"]).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("client_id", ["quoc-gia", "ung-dung"])
async def test_fifty_redemptions_of_one_code_give_one_success_whose_tokens_then_die(
    cluster: RunningProvider, browser: Browser, client_id: ClientId
) -> None:
    """I1, I3: the losers proved the client and the verifier, so each of them is a valid replay."""
    party = cluster.party(client_id)
    started = party.start()
    code = party.code_of(started, landed(show_password(browser, browser.page(started.location), cluster.citizen())))
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": party.redirect_uri,
        "code_verifier": started.verifier,
    }
    answers = await at_once(cluster, party, fields)
    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    lost = [(answer.status_code, answer.json()["error"]) for answer in answers if answer not in won]
    assert set(lost) == {(400, "invalid_grant")}
    if isinstance(party.credentials, NoSecret):
        # A public client's introspection is refused; its owner's view is that nothing works any more.
        assert party.userinfo(won[0].json()["access_token"]).status_code == 401
        return
    check_dead_everywhere(cluster, party, won[0].json())


async def test_fifty_refreshes_of_one_token_have_one_live_head(cluster: RunningProvider, browser: Browser) -> None:
    """I4: every success carries the same successor; the family still works, since nobody reused it."""
    party = cluster.party()
    tokens = sign_in(browser, party, cluster.citizen())
    answers = await at_once(
        cluster, party, {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token or ""}
    )
    won = [answer.json()["refresh_token"] for answer in answers if answer.status_code == 200]
    assert {answer.json()["error"] for answer in answers if answer.status_code != 200} <= {"invalid_grant"}
    assert won
    assert len(set(won)) == 1
    for place in range(2):
        reported = party.at(cluster.provider.base(place)).introspect(won[0])
        assert reported["active"] is True
        assert party.at(cluster.provider.base(place)).introspect(tokens.refresh_token or "") == {"active": False}
    after = party.at(cluster.provider.base(1)).refresh(won[0])
    party.validated(after, nonce=None)


async def race_refresh_and_revoke(cluster: RunningProvider, party: RelyingParty, head: Tokens) -> list[str]:
    """Refresh six times and revoke once, all at the same moment; return every access token of the family."""
    headers, proof = party.credentials.prove(party.client_id, party.issuer)
    refresh = {"grant_type": "refresh_token", "refresh_token": head.refresh_token or "", **proof}
    async with httpx2.AsyncClient(timeout=patient(60), headers=headers) as client:
        refreshing = [client.post(f"{cluster.provider.base(n % 2)}/token", data=refresh) for n in range(6)]
        end = client.post(f"{cluster.provider.base(1)}/revoke", data={"token": head.refresh_token or "", **proof})
        # The revocation in the middle, so that some refreshes are before and some behind it.
        answers = await asyncio.gather(*refreshing[:3], end, *refreshing[3:])
    assert answers.pop(3).status_code == 200
    return [head.access_token, *(one.json()["access_token"] for one in answers if one.status_code == 200)]


async def test_a_refresh_and_a_revocation_at_once_leave_nothing_alive(
    cluster: RunningProvider, browser: Browser
) -> None:
    """I8, case CR-7: once the revocation is acknowledged, nothing that was issued works."""
    party, issued = cluster.party(), list[str]()
    sign_in(browser, party, cluster.citizen())
    for _ in range(REVOCATION_ROUNDS):
        issued += await race_refresh_and_revoke(cluster, party, sign_on(browser, party))
    assert len(issued) > REVOCATION_ROUNDS, "no refresh was ever before the revocation"
    for place in range(2):
        there = party.at(cluster.provider.base(place))
        assert [there.introspect(token) for token in issued] == [{"active": False}] * len(issued)


async def test_fifty_different_codes_at_once_all_succeed(cluster: RunningProvider, browser: Browser) -> None:
    """The claim of one code keeps no other waiting, and refuses none."""
    party = cluster.party()
    sign_in(browser, party, cluster.citizen())
    begun: list[tuple[Started, str]] = []
    for _ in range(MANY):
        started = party.start()
        begun.append((started, party.code_of(started, landed(browser.open(started.location)))))
    headers, _ = party.credentials.prove(party.client_id, party.issuer)
    async with httpx2.AsyncClient(timeout=patient(60), headers=headers) as client:
        answers = await asyncio.gather(
            *(
                client.post(
                    f"{cluster.provider.base(place % 2)}/token",
                    data={
                        "grant_type": "authorization_code",
                        "code": code,
                        "redirect_uri": party.redirect_uri,
                        "code_verifier": started.verifier,
                    },
                )
                for place, (started, code) in enumerate(begun)
            )
        )
    assert [answer.status_code for answer in answers] == [200] * MANY
    assert len({answer.json()["refresh_token"] for answer in answers}) == MANY
