"""The line to a provider: what is remembered, who fetches, and when nobody is asked."""

import asyncio
from datetime import timedelta

import pytest

from idp.adapters.upstream.service import HttpUpstreamService
from idp.outbound.health import ServiceState
from idp.sessions.upstream import UpstreamSession
from idp.upstream.errors import UpstreamRefusedError, Why
from idp.upstream.policy import KEYS_KEPT, METADATA_KEPT, REFETCH_AFTER
from idp.upstream.service import Federation
from idp.upstream.tokens import TokenRequest
from tests.unit.upstream.builders import ATTEMPT, ISSUER, KEY, NOW, OTHER_KEY, claims, signed
from tests.unit.upstream.far import Far, HandClock, service_to


@pytest.fixture
def far() -> Far:
    return Far()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def line(far: Far, clock: HandClock) -> HttpUpstreamService:
    return service_to(far, clock)


async def test_many_at_once_cause_one_fetch(line: HttpUpstreamService, far: Far) -> None:
    await asyncio.gather(*(line.keys() for _ in range(50)))
    assert (far.times("openid-configuration"), far.times("/certs")) == (1, 1)


async def test_documents_are_fetched_again_when_they_are_old(
    line: HttpUpstreamService, far: Far, clock: HandClock
) -> None:
    await line.keys()
    clock.time += KEYS_KEPT
    await line.keys()
    assert (far.times("openid-configuration"), far.times("/certs")) == (1, 2)
    clock.time += METADATA_KEPT
    await line.metadata()
    assert far.times("openid-configuration") == 2


async def test_an_old_document_serves_while_nobody_answers(
    line: HttpUpstreamService, far: Far, clock: HandClock
) -> None:
    before = await line.keys()
    far.down = True
    clock.time += KEYS_KEPT
    assert await line.keys() == before


async def test_a_provider_that_never_answered_is_unreachable_and_is_not_asked_by_everybody(
    line: HttpUpstreamService, far: Far, clock: HandClock
) -> None:
    far.down = True
    for _ in range(10):
        with pytest.raises(UpstreamRefusedError) as error:
            await line.metadata()
        assert error.value.why is Why.UNREACHABLE
    assert len(far.asked) == 1
    far.down = False
    clock.time += REFETCH_AFTER
    assert (await line.metadata()).jwks_uri == f"{ISSUER}/certs"


async def test_three_failures_open_the_circuit_and_then_nobody_waits(line: HttpUpstreamService, far: Far) -> None:
    far.down = True
    for _ in range(5):
        with pytest.raises(UpstreamRefusedError):
            await line.redeem(TokenRequest(f"{ISSUER}/token", b""))
    assert len(far.asked) == 3
    assert (await line.health()).state is ServiceState.OPEN


async def test_oidc_core_10_1_1_an_unknown_key_causes_one_fetch_and_a_forged_one_no_more(
    line: HttpUpstreamService, far: Far, clock: HandClock
) -> None:
    federation = Federation({"vneid": line}, "https://us.example", clock)
    answer = {"code": "a-code", "iss": ISSUER}
    await federation.finish("vneid", ATTEMPT, answer, repeated=False)
    far.keys, far.token = [OTHER_KEY, KEY], signed(claims(), OTHER_KEY)
    clock.time += REFETCH_AFTER
    assert (await federation.finish("vneid", ATTEMPT, answer, repeated=False)).sid == "a-session"
    assert far.times("/certs") == 2
    far.token = signed(claims(), OTHER_KEY, kid="of nobody")
    for _ in range(5):
        with pytest.raises(UpstreamRefusedError):
            await federation.finish("vneid", ATTEMPT, answer, repeated=False)
    assert far.times("/certs") == 2


async def test_a_logout_goes_from_server_to_server_with_the_token_in_the_body(
    line: HttpUpstreamService, far: Far
) -> None:
    assert await line.log_out(UpstreamSession("vneid", NOW, "a-session", "header.payload.tag"))
    request = far.asked[-1]
    assert (request.method, request.url) == ("POST", f"{ISSUER}/logout")
    assert b"id_token_hint=header.payload.tag" in request.body


async def test_every_call_has_a_deadline(line: HttpUpstreamService, far: Far) -> None:
    await line.keys()
    assert all(timedelta(0) < request.deadline <= timedelta(seconds=4) for request in far.asked)
