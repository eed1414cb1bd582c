"""A mandate that ends while it is used: dead on every process at once, and its portals are told."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from clients.model import ClientId
from idp.delegation.effects import EndMandate, SuspendMandates
from idp.delegation.model import Mandate
from idp.kernel.effects import Effect
from tests.flows.delegation.test_acting import FIRST, OPTIONAL, SECOND, acted, choice_page, code_of, press
from tests.flows.notices import wait_notices
from tests.flows.running_provider import RunningProvider
from tests.flows.stored import open_store
from tests.support.parties.relying_party import sign_on
from tests.support.plain.browser import Browser, landed, shown
from tests.support.rigs.acting_provider import represent

OFFLINE = "openid profile offline_access"


@pytest.fixture
def browser(cluster: RunningProvider) -> Iterator[Browser]:
    with Browser(cluster.provider.base()) as opened:
        yield opened


def ending(mandate: Mandate) -> EndMandate:
    now = datetime.now(UTC)
    return EndMandate(
        principal_id=mandate.principal_id,
        mandate_id=mandate.id,
        at=now,
        reason="taken_back",
        ended_by=None,
        gives_up_at=now + timedelta(hours=1),
    )


def suspending(mandate: Mandate) -> SuspendMandates:
    now = datetime.now(UTC)
    return SuspendMandates(
        principal_id=mandate.principal_id, given_under=mandate.id, at=now, gives_up_at=now + timedelta(hours=1)
    )


def commit(running: RunningProvider, effect: Effect) -> None:
    async def work() -> bool:
        async with open_store(running.provider.database_url) as database:
            return await database.ledger.commit(effect)

    assert running.provider.run(work())


@pytest.mark.parametrize("end", [ending, suspending])
@pytest.mark.parametrize("scope", ["openid profile", OFFLINE])
def test_what_was_given_under_it_is_dead_on_both_processes_and_the_portal_is_told(
    cluster: RunningProvider, browser: Browser, end: Callable[[Mandate], Effect], scope: str
) -> None:
    citizen, party = cluster.citizen(), cluster.party(ClientId(OPTIONAL))
    mandate = represent(cluster.provider, citizen, FIRST, "Công ty Một")
    started, page = choice_page(browser, party, citizen, scope=scope)
    tokens = acted(browser, party, started, page, "Công ty Một")
    commit(cluster, end(mandate))
    for place in (0, 1):
        there = party.at(cluster.provider.base(place))
        assert there.userinfo(tokens.access_token).status_code == 401
        assert there.introspect(tokens.access_token) == {"active": False}
        assert there.refresh(tokens.refresh_token or "").json()["error"] == "invalid_grant"
    assert wait_notices(cluster, party, tokens)


def test_a_code_under_way_brings_no_token(cluster: RunningProvider, browser: Browser) -> None:
    citizen, party = cluster.citizen(), cluster.party(ClientId(OPTIONAL))
    mandate = represent(cluster.provider, citizen, FIRST, "Công ty Một")
    started, page = choice_page(browser, party, citizen)
    code = party.code_of(started, landed(press(browser, page, "Công ty Một")))
    commit(cluster, ending(mandate))
    answer = party.at(cluster.provider.base(1)).redeem(started, code)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_the_person_stays_signed_in_and_acts_for_nobody_until_they_choose(
    cluster: RunningProvider, browser: Browser
) -> None:
    citizen, party = cluster.citizen(), cluster.party(ClientId(OPTIONAL))
    mandate = represent(cluster.provider, citizen, FIRST, "Công ty Một")
    represent(cluster.provider, citizen, SECOND, "Công ty Hai")
    started, page = choice_page(browser, party, citizen)
    before = acted(browser, party, started, page, "Công ty Một")
    commit(cluster, ending(mandate))
    started = party.start(prompt="none")
    assert party.error_of(started, landed(browser.open(started.location))) == "interaction_required"
    with browser.at(cluster.provider.base(1)) as elsewhere:
        started = party.start()
        again = shown(elsewhere.open(started.location))
        assert [again.texts[name] for name in again.buttons if name.startswith("act-for-")] == [
            "Làm cho chính tôi",
            "Thay mặt Công ty Hai",
        ]
        after = party.complete(started, landed(elsewhere.submit(again, "act-for-self")))
    assert (after.claims["auth_time"], code_of(after.claims)) == (before.claims["auth_time"], None)


def test_who_loses_the_only_mandate_goes_on_for_themself(cluster: RunningProvider, browser: Browser) -> None:
    citizen, party = cluster.citizen(), cluster.party(ClientId(OPTIONAL))
    mandate = represent(cluster.provider, citizen, FIRST, "Công ty Một")
    started, page = choice_page(browser, party, citizen)
    acted(browser, party, started, page, "Công ty Một")
    commit(cluster, ending(mandate))
    assert code_of(sign_on(browser, party).claims) is None


def test_a_page_left_open_meets_the_end(cluster: RunningProvider, browser: Browser) -> None:
    citizen, party = cluster.citizen(), cluster.party(ClientId(OPTIONAL))
    mandate = represent(cluster.provider, citizen, FIRST, "Công ty Một")
    represent(cluster.provider, citizen, SECOND, "Công ty Hai")
    started, page = choice_page(browser, party, citizen)
    commit(cluster, ending(mandate))
    with browser.at(cluster.provider.base(1)) as elsewhere:
        again = shown(press(elsewhere, page, "Công ty Một"))
        assert (again.status, again.shows("alert")) == (409, True)
        assert code_of(acted(elsewhere, party, started, again, "Công ty Hai").claims) == SECOND
