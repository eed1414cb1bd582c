"""Whatever bytes come in, an answer goes out, and it sends nobody to a stranger (invariants I15, I16)."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.web.routes import TABLE
from tests.flows.portals import CALLBACK, GOODBYE
from tests.security.in_process import ISSUER, Answered, Edge, Sent
from tests.security.requests.good_requests import good_requests
from tests.security.requests.good_requests_of_citizens import BEYOND
from tests.security.requests.hostile_requests import TEXT, GoodRequest, encoded, requests_to
from tests.security.walk import AUTHORIZE
from tests.support.every import every_case
from tests.support.extent import rounds

FAMILIES = (
    *("device", "client-registration"),
    *("token", "inspection", "userinfo", "published", "open-data", "public-log", "authorize", "sign-in"),
    *("step-up", "act-for", "consent", "account", "logout", "register"),
    *("own-account", "factors", "recovery", "beyond", "old-portals", "upstream", "admin-api", "console", "trying"),
)
TAKING_BODIES = (
    *("/token", "/par", "/authorize", "/sign-in", "/register"),
    *("/logout", "/userinfo", "/oauth2/authorize", "/oidc/logout"),
)
EVERY = settings(max_examples=rounds(50, 150), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def goods(edge: Edge) -> Mapping[str, tuple[GoodRequest, ...]]:
    return good_requests(edge)


@pytest.fixture(scope="module")
def honest(new_edge: Callable[[], Edge]) -> Edge:
    """An edge that meets honest requests alone: a hostile one may cancel what another waits for, or end its session."""
    return new_edge()


@pytest.fixture(scope="module")
def honest_goods(honest: Edge) -> Mapping[str, tuple[GoodRequest, ...]]:
    return good_requests(honest)


def check_answer(answered: Answered) -> None:
    """Answered once, not with an error of ours, nowhere but to ourselves or a registered address."""
    assert 200 <= answered.status < 500, answered.body
    assert answered.header("x-content-type-options") == "nosniff"
    location = answered.header("location")
    if location is not None:
        ours = location.startswith("/") and not location.startswith(("//", "/\\"))
        assert answered.status == 303
        registered = location == GOODBYE or location.startswith((f"{CALLBACK}?", f"{GOODBYE}&"))
        assert ours or registered, location


def test_every_route_is_in_a_family(edge: Edge, goods: Mapping[str, tuple[GoodRequest, ...]]) -> None:
    assert goods.keys() == set(FAMILIES)
    attacked = {found.path for family in goods.values() for good in family if (found := TABLE.of(good.path))}
    assert edge.paths <= attacked


@EVERY
@given(st.data())
@pytest.mark.parametrize("family", FAMILIES)
def test_i16_any_bytes_are_answered_below_500(
    edge: Edge, goods: Mapping[str, tuple[GoodRequest, ...]], family: str, data: st.DataObject
) -> None:
    check_answer(edge.ask(data.draw(requests_to(goods[family]))))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_honest_requests_reach_what_they_are_made_for(
    honest: Edge, honest_goods: Mapping[str, tuple[GoodRequest, ...]], family: str
) -> None:
    """Else the hostile ones would only ever meet the first check."""
    refused = {"form_rejected", "request_expired", "invalid_client"}
    for good in honest_goods[family]:
        # The error catalogue names every code that there is.
        if good.path.endswith("/result") or good.path in BEYOND or good.path == "/developers/errors":
            continue
        method = "POST" if good.form else "GET"
        answered = honest.ask(Sent(method, good.path, encoded(good.query), good.headers, (encoded(good.form),)))
        check_answer(answered)
        assert not any(code.encode() in answered.body for code in refused), answered.body


@EVERY
@given(TEXT, st.sampled_from(("client_id", "redirect_uri")), st.booleans())
def test_i15_an_unknown_client_or_address_is_answered_without_a_redirect(
    edge: Edge, text: str, name: str, near: bool
) -> None:
    """RFC 6749 4.1.2.1: a page, never a Location."""
    value = (AUTHORIZE[name] + text) if near and text else f"{text}-unknown"
    asked = {**AUTHORIZE, name: value, "prompt": "none"}
    answered = edge.ask(Sent("GET", "/authorize", encoded(asked)))
    assert (answered.status, answered.header("location")) == (400, None)


def test_ds_1_a_body_without_end_is_refused_while_it_comes(edge: Edge) -> None:
    headers = ((b"content-type", b"application/x-www-form-urlencoded"), (b"origin", ISSUER.encode()))
    with every_case() as cases:
        for path in TAKING_BODIES:
            with cases.of(path):
                answered = edge.ask(Sent("POST", path, headers=headers, pieces=(b"a=" + b"x" * 40_000,) * 50))
                assert answered.status == 413
