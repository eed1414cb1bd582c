"""Redis flushed, restarted, hung and gone: people sign in again, nothing revoked comes back (docs/architecture.md)."""

import os
import signal
from collections.abc import Callable, Iterator

import httpx2
import pytest

from clients.model import ClientId
from migrations.runner import upgrade
from tests.flows.running_provider import CITIZENS, RunningProvider, gateway_settings, running_provider
from tests.support.parties.relying_party import show_password, sign_in, sign_on
from tests.support.patience import patient
from tests.support.plain.browser import Browser, landed, shown
from tests.support.running.listener import Listener
from tests.support.running.provider import Provider
from tests.support.running.servers import PostgresServer, RedisServer
from tests.support.waiting import wait_for


@pytest.fixture(scope="module")
def own_redis() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, own_redis: RedisServer
) -> Iterator[RunningProvider]:
    folder, url = tmp_path_factory.mktemp("redis"), postgres.create_database(postgres.template("migrated", upgrade))
    with Listener() as listener, httpx2.Client(timeout=patient(30)) as http:
        provider = Provider(folder, url, own_redis.url, settings=gateway_settings(listener))
        yield from running_provider(provider, listener, http, CITIZENS[:40])
    postgres.drop_database(url)


@pytest.fixture
def browser(running: RunningProvider) -> Iterator[Browser]:
    with Browser(running.provider.base()) as opened:
        yield opened


def flush(redis: RedisServer, running: RunningProvider) -> None:
    redis.flush()


def restart(redis: RedisServer, running: RunningProvider) -> None:
    redis.restart()
    back(running)


def back(running: RunningProvider) -> None:
    """Wait until the provider has found Redis again by itself."""
    address = running.provider.base() + running.party().start().location
    wait_for("sign-in works", lambda: running.http.get(address).status_code < 500)


def readiness(running: RunningProvider) -> dict[str, object]:
    reported: dict[str, object] = running.http.get(running.provider.base() + "/health/ready").json()
    return reported


LOSSES = [flush, restart]
Loss = Callable[[RedisServer, RunningProvider], None]


@pytest.mark.parametrize("lose", LOSSES)
def test_a_sign_in_under_way_begins_again_and_ends_at_the_client(
    running: RunningProvider, browser: Browser, own_redis: RedisServer, lose: Loss
) -> None:
    party, citizen = running.party(), running.citizen()
    started = party.start()
    page = browser.page(started.location)
    lose(own_redis, running)
    again = shown(show_password(browser, page, citizen))
    assert (again.status, again.shows("sign-in")) == (200, True)
    assert again.address != page.address
    party.complete(started, landed(show_password(browser, again, citizen)))


@pytest.mark.parametrize("lose", LOSSES)
def test_a_step_up_under_way_begins_again_with_a_new_code(
    running: RunningProvider, browser: Browser, own_redis: RedisServer, lose: Loss
) -> None:
    party, citizen = running.party(ClientId("muc-ba")), running.citizen()
    started = party.start()
    page = shown(show_password(browser, browser.page(started.location), citizen))
    first = running.listener.wait_text(citizen.phone)
    lose(own_redis, running)
    again = shown(browser.submit(page, "verify", code=digits(first)))
    assert again.shows("code")
    second = running.listener.wait_text(citizen.phone, 2)
    assert party.complete(started, landed(browser.submit(again, "verify", code=digits(second)))).claims["acr"] == "loa3"


def digits(text: str) -> str:
    words = text.replace(".", " ").replace(",", " ").replace(":", " ").split()
    (code,) = [word for word in words if len(word) == 6 and word.isdigit()]
    return code


@pytest.mark.parametrize("lose", LOSSES)
def test_sessions_refresh_tokens_and_revocations_stand(
    running: RunningProvider, browser: Browser, own_redis: RedisServer, lose: Loss
) -> None:
    party = running.party()
    kept = sign_in(browser, party, running.citizen())
    revoked = sign_on(browser, party)
    party.revoke(revoked.refresh_token or "")
    lose(own_redis, running)
    assert party.introspect(revoked.access_token) == {"active": False}
    assert party.refresh(revoked.refresh_token or "").status_code == 400
    party.validated(party.refresh(kept.refresh_token or ""), nonce=None)
    assert sign_on(browser, party).claims["sid"] == kept.claims["sid"]


@pytest.mark.parametrize("lose", LOSSES)
def test_a_spent_code_and_a_lost_code_are_both_invalid_grant(
    running: RunningProvider, browser: Browser, own_redis: RedisServer, lose: Loss
) -> None:
    party = running.party()
    sign_in(browser, party, running.citizen())
    spent, lost = party.start(), party.start()
    codes = [party.code_of(one, landed(browser.open(one.location))) for one in (spent, lost)]
    assert party.redeem(spent, codes[0]).status_code == 200
    lose(own_redis, running)
    answers = [party.redeem(spent, codes[0]), party.redeem(lost, codes[1])]
    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [(400, "invalid_grant")] * 2


def test_a_lost_registration_says_that_it_expired(
    running: RunningProvider, browser: Browser, own_redis: RedisServer
) -> None:
    own_redis.flush()
    page = browser.page("/register/code?r=" + "A" * 26)
    assert (page.status, page.error_code) == (400, "request_expired")


@pytest.fixture(params=["down", "hung"])
def redis_away(
    request: pytest.FixtureRequest, running: RunningProvider, own_redis: RedisServer
) -> Iterator[Callable[[], None]]:
    """Takes Redis away: its process ended, or alive and silent."""

    def take_away() -> None:
        if request.param == "down":
            own_redis.stop()
        else:
            os.kill(own_redis.pid, signal.SIGSTOP)

    yield take_away
    if request.param == "down":
        own_redis.start()
    else:
        os.kill(own_redis.pid, signal.SIGCONT)
    back(running)


def test_without_redis_tokens_are_refreshed_and_revoked_and_new_sign_ins_are_503(
    running: RunningProvider, browser: Browser, redis_away: Callable[[], None]
) -> None:
    party, citizen = running.party(), running.citizen()
    tokens = sign_in(browser, party, citizen)
    page = browser.page(party.start(prompt="login").location)
    redis_away()
    renewed = party.validated(party.refresh(tokens.refresh_token or ""), nonce=None)
    assert party.introspect(renewed.access_token)["active"] is True
    assert party.userinfo(renewed.access_token).status_code == 200
    assert party.revoke(renewed.refresh_token or "").status_code == 200
    assert party.introspect(renewed.access_token) == {"active": False}
    for answer in (
        browser.http.get(party.start().location),
        browser.http.get(party.start(prompt="login").location),
        browser.send_form(page, "sign-in", identifier=citizen.number, password=citizen.password),
    ):
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert 'id="error-code">temporarily_unavailable<' in answer.text
    redeemed = party.redeem(party.start(), "x" * 43)
    assert (redeemed.status_code, redeemed.json()["error"]) == (503, "temporarily_unavailable")


def test_without_redis_the_published_documents_and_logout_go_on(
    running: RunningProvider, browser: Browser, redis_away: Callable[[], None]
) -> None:
    tokens = sign_in(browser, running.party(), running.citizen())
    redis_away()
    assert running.http.get(running.provider.base() + "/jwks.json").status_code == 200
    assert running.http.get(running.provider.base() + "/health/live").status_code == 200
    wait_for("the loss is told", lambda: readiness(running)["status"] != "ready")
    # The balancer goes on sending: what needs no Redis is served, and the body says what is missing.
    assert running.http.get(running.provider.base() + "/health/ready").status_code == 200
    assert readiness(running)["status"] == "degraded"
    assert readiness(running)["parts"] == {"database": True, "clock": True, "short_lived_store": False}
    status = f"{running.provider.base()}/status.json"
    wait_for("the page says so", lambda: running.http.get(status).json()["sign_in"] == "silent")
    assert shown(browser.open(f"/logout?id_token_hint={tokens.id_token}")).shows("signed-out")
    assert running.party().introspect(tokens.access_token) == {"active": False}
