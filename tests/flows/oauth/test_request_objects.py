"""Signed request objects over a running provider: by value and pushed (RFC 9101, RFC 9126 3, OIDC Core 6.1)."""

from collections.abc import Mapping
from urllib.parse import urlencode

import orjson
import pytest
from joserfc.jwk import ECKey, RSAKey

from clients.model import ClientId
from records.structs import replace
from tests.flows.portals import portal
from tests.flows.running_provider import RunningProvider
from tests.support.parties.client_credentials import new_key, public_set
from tests.support.parties.relying_party import RelyingParty, show_password, sign_in
from tests.support.parties.signed_requests import by_value, push_object, pushed, request_object
from tests.support.plain.browser import Browser, Landing, landed, shown
from tests.support.running.listener import Reply
from tests.support.waiting import wait_for

KEY = new_key("ky-yeu-cau")


@pytest.fixture(scope="module")
def known() -> set[str]:
    return set()


@pytest.fixture
def party(running: RunningProvider, known: set[str]) -> RelyingParty:
    """Return a portal with a secret that may sign its requests."""
    return registered(running, known, "ky-yeu-cau", request_object_signing_alg="ES256", jwks=public_set(KEY))


@pytest.fixture
def signing(running: RunningProvider, known: set[str]) -> RelyingParty:
    """Return a portal that takes no request but those that it signed."""
    return registered(running, known, "chi-ky", require_signed_request_object=True, jwks=public_set(KEY))


def registered(running: RunningProvider, known: set[str], client_id: str, **members: object) -> RelyingParty:
    made = portal(ClientId(client_id), running.listener, **members)
    name = f"{running.provider.base()} {client_id}"
    if name not in known:
        running.apply(made)
        known.add(name)
    return made.party(running.http, running.provider)


def came_to(party: RelyingParty, browser: Browser, location: str) -> Landing | None:
    answer = browser.open(location)
    return answer if isinstance(answer, Landing) and answer.address == party.redirect_uri else None


def refused_on_a_page(browser: Browser, location: str, error: str = "invalid_request_object") -> None:
    page = shown(browser.open(location))
    assert (page.status, page.error_code) == (400, error)


def test_rfc9101_5_a_person_signs_in_by_a_signed_request(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    started = party.start()
    brought = by_value(party, started, request_object(party, started, KEY))
    page = browser.page(brought.location)
    party.complete(brought, landed(show_password(browser, page, running.citizen())))
    again = party.start(prompt="none")
    signed = request_object(party, again, KEY)
    party.complete(again, landed(browser.open(by_value(party, again, signed).location)))


def test_rfc9101_5_a_signed_request_may_be_posted(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    sign_in(browser, party, running.citizen())
    started = party.start(response_mode="query")
    sent = {"client_id": party.client_id, "request": request_object(party, started, KEY)}
    answer = browser.http.post("/authorize", data=sent)
    assert answer.status_code == 303
    assert f"state={started.state}" in answer.headers["location"].replace("%7E", "~")


def test_rfc9101_6_3_what_the_browser_adds_changes_nothing(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """`ensure-different-nonce-…`, `ensure-different-state-inside-and-outside-request-object` of FAPI 2.0."""
    started = party.start()
    signed = request_object(party, started, KEY)
    outside = {"state": "outside", "nonce": "outside", "redirect_uri": "https://elsewhere.example/", "prompt": "none"}
    brought = by_value(party, started, signed, **outside)
    party.complete(brought, landed(show_password(browser, browser.page(brought.location), running.citizen())))


def test_rfc9101_6_3_a_state_that_is_only_outside_is_not_used(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    started = party.start(state=None)
    brought = by_value(party, started, request_object(party, started, KEY), state="outside")
    landing = landed(show_password(browser, browser.page(brought.location), running.citizen()))
    assert landing.values.keys() == {"code", "iss"}


def test_oidc_core_6_1_what_oauth_says_beside_it_agrees(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    started = party.start()
    signed = request_object(party, started, KEY)
    refused_on_a_page(browser, by_value(party, started, signed, response_type="token").location)
    refused_on_a_page(browser, by_value(party, started, signed, scope="profile").location)
    agreed = by_value(party, started, signed, response_type="code", scope="openid")
    party.complete(agreed, landed(show_password(browser, browser.page(agreed.location), running.citizen())))


WRONG = [
    ({"aud": "https://other.example"}, {}),
    ({"aud": None}, {}),
    ({"iss": "quoc-gia"}, {}),
    ({"client_id": "quoc-gia"}, {}),
    ({"exp": -300}, {}),
    ({"nbf": 61}, {}),
    ({"sub": "ky-yeu-cau"}, {}),
    ({"request": "a.b.c"}, {}),
    ({"request_uri": "https://rp.example/r"}, {}),
    ({}, {"typ": "at+jwt"}),
    ({}, {"kid": "unknown"}),
]


@pytest.mark.parametrize(("changed", "header"), WRONG, ids=str)
def test_rfc9101_6_an_object_with_one_thing_wrong_is_refused_on_both_ways(
    browser: Browser, party: RelyingParty, changed: Mapping[str, object], header: Mapping[str, object]
) -> None:
    started = party.start()
    signed = request_object(party, started, KEY, changed, header)
    refused_on_a_page(browser, by_value(party, started, signed).location)
    answer = push_object(party, signed)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request_object")


def test_rfc9101_10_1_a_stranger_signs_nothing(browser: Browser, party: RelyingParty) -> None:
    started = party.start()
    good = request_object(party, started, KEY)
    head, claims, _ = good.split(".")
    unsigned = "eyJhbGciOiJub25lIn0"
    thief = request_object(party, started, ECKey.generate_key("P-256", {"kid": str(KEY.kid)}))
    for wrong in (thief, f"{head}.{claims}.", f"{unsigned}.{claims}.", f"{unsigned}.{claims}.AA", "a.b.c", "é"):
        refused_on_a_page(browser, by_value(party, started, wrong).location)
        answer = push_object(party, wrong)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request_object")


def test_a_request_object_is_not_large(browser: Browser, party: RelyingParty) -> None:
    started = party.start()
    large = request_object(party, started, KEY, {"unknown": "x" * 9000})
    refused_on_a_page(browser, by_value(party, started, large).location)
    answer = browser.http.post("/authorize", data={"client_id": party.client_id, "request": "x" * 70000})
    assert answer.status_code == 413


def test_rfc9101_5_an_object_and_a_reference_are_not_sent_together(browser: Browser, party: RelyingParty) -> None:
    started = party.start()
    signed = request_object(party, started, KEY)
    reference = pushed(party, started, push_object(party, signed)).location
    for both in (
        f"{started.location}&{urlencode({'request': signed, 'request_uri': 'https://rp.example/r'})}",
        f"{reference}&{urlencode({'request': signed, 'redirect_uri': party.redirect_uri, 'state': started.state})}",
    ):
        assert party.error_of(started, landed(browser.open(both))) == "invalid_request"
    answer = push_object(party, signed, request_uri="urn:ietf:params:oauth:request_uri:x")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    # The reference was not spent by that.
    assert browser.page(reference).status == 200


def test_rfc6749_3_1_no_parameter_stands_twice_beside_an_object(browser: Browser, party: RelyingParty) -> None:
    started = party.start()
    location = by_value(party, started, request_object(party, started, KEY)).location
    refused_on_a_page(browser, f"{location}&client_id=quoc-gia", "invalid_request")
    again = landed(browser.open(f"{location}&{urlencode({'request': 'a.b.c'})}"))
    assert again.values["error"] == "invalid_request"


def test_oidc_core_6_a_client_without_keys_is_told_by_name(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    started = party.start()
    location = f"{started.location}&{urlencode({'request': request_object(party, started, KEY)})}"
    assert party.error_of(started, landed(browser.open(location))) == "request_not_supported"


def test_rfc9126_3_an_object_is_pushed_and_what_the_browser_brings_is_a_reference(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    started = party.start()
    brought = pushed(party, started, push_object(party, request_object(party, started, KEY), state="outside"))
    party.complete(brought, landed(show_password(browser, browser.page(brought.location), running.citizen())))
    refused_on_a_page(browser, brought.location, "invalid_request_uri")


def test_rfc9101_10_5_a_client_that_signs_is_taken_by_its_objects_alone(
    running: RunningProvider, browser: Browser, signing: RelyingParty
) -> None:
    started = signing.start()
    assert signing.error_of(started, landed(browser.open(started.location))) == "invalid_request"
    answer = signing.post("/par", response_type="code", redirect_uri=signing.redirect_uri, scope="openid")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    signed = request_object(signing, started, KEY)
    brought = by_value(signing, started, signed)
    signing.complete(brought, landed(show_password(browser, browser.page(brought.location), running.citizen())))
    again = signing.start(prompt="none")
    silent = pushed(signing, again, push_object(signing, request_object(signing, again, KEY)))
    signing.complete(silent, landed(browser.open(silent.location)))


def test_a_page_of_a_signed_request_leads_to_no_unsigned_one(
    running: RunningProvider, browser: Browser, signing: RelyingParty
) -> None:
    """What was signed is not begun anew from a page of ours, where nobody signs: neither after it nor without it."""
    started = signing.start()
    brought = by_value(signing, started, request_object(signing, started, KEY))
    page = browser.page(brought.location)
    refusal = landed(browser.submit(page, "cancel"))
    assert signing.error_of(brought, refusal) == "access_denied"
    refused_on_a_page(browser, page.address, "request_expired")
    with running.browser() as other:
        refused_on_a_page(other, page.address, "request_expired")


def test_oidc_core_10_1_1_a_new_key_is_fetched_for_an_unknown_kid(
    running: RunningProvider, known: set[str], browser: Browser
) -> None:
    """`oidcc-refresh-token-rp-key-rotation`, for what signs requests."""
    old, new = new_key("khoa-cu"), new_key("khoa-moi")
    path = "/jwks/xoay-khoa"
    running.listener.answer(path, Reply(body=orjson.dumps(public_set(old))))
    party = registered(
        running, known, "xoay-khoa", request_object_signing_alg="ES256", jwks_uri=f"{running.listener.url}{path}"
    )
    started = party.start()
    brought = by_value(party, started, request_object(party, started, old))
    party.complete(brought, landed(show_password(browser, browser.page(brought.location), running.citizen())))
    running.listener.answer(path, Reply(body=orjson.dumps(public_set(new))))
    again = party.start(prompt="none")
    location = by_value(party, again, request_object(party, again, new)).location
    # An unknown kid causes one fetch in ten seconds.
    arrived = wait_for("the new key to be known", lambda: came_to(party, browser, location))
    party.complete(again, arrived)
    refused_on_a_page(browser, by_value(party, again, request_object(party, again, old)).location)


def test_rfc9101_10_5_discovery_says_what_is_taken(running: RunningProvider) -> None:
    document = running.http.get(f"{running.provider.base()}/.well-known/openid-configuration").json()
    assert document["request_parameter_supported"] is True
    assert document["request_uri_parameter_supported"] is True
    assert document["require_signed_request_object"] is False
    assert document["request_object_signing_alg_values_supported"] == ["ES256", "RS256", "PS256"]


def test_the_party_without_its_key_is_nobody(party: RelyingParty) -> None:
    started = party.start()
    wrong = replace(party, client_id=ClientId("quoc-gia"))
    answer = push_object(wrong, request_object(party, started, KEY))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.one_form
def test_oidc_core_6_2_oidcc_request_uri_signed_rs256(running: RunningProvider, browser: Browser) -> None:
    """The object is at a registered address with a fragment: compared with it, fetched without it."""
    key = RSAKey.generate_key(2048, {"kid": "rs"})
    uri = f"{running.listener.url}/object.jwt#v1"
    jwks = {"keys": [key.as_dict(private=False)]}
    # One client, once for each provider: its key is made here.
    made = portal(ClientId("theo-dia-chi"), running.listener, request_uris=[uri], jwks=jwks)
    running.apply(made)
    party = made.party(running.http, running.provider)
    started = party.start()
    signed = request_object(party, started, key, header={"alg": "RS256"})
    running.listener.answer_always("/object.jwt", Reply(status=200, body=signed.encode()))
    by_address = replace(
        started, location=f"/authorize?{urlencode({'client_id': party.client_id, 'request_uri': uri})}"
    )
    sign_in_page = browser.page(by_address.location)
    party.complete(by_address, landed(show_password(browser, sign_in_page, running.citizen())))
    assert len(running.listener.received("/object.jwt")) == 1
    # The address without its fragment is another, and nobody looks there.
    other = urlencode({"client_id": party.client_id, "request_uri": uri.partition("#")[0]})
    assert landed(browser.open(f"/authorize?{other}")).values["error"] == "invalid_request_uri"
    assert len(running.listener.received("/object.jwt")) == 1
    document = running.http.get(f"{running.provider.base()}/.well-known/openid-configuration").json()
    assert (document["request_uri_parameter_supported"], document["require_request_uri_registration"]) == (True, True)
