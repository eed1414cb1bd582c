"""Refresh families, revocation and introspection (RFC 9700 4.14.2, RFC 7009, RFC 7662)."""

import httpx2

from clients.model import ClientId
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import sign_in
from tests.support.plain.browser import Browser


def error_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_a_refresh_rotates_and_keeps_auth_time_acr_and_sid(running: RunningProvider, browser: Browser) -> None:
    """OIDC Core 12.2: the new ID token keeps iss, sub, aud and auth_time, and needs no nonce."""
    party = running.party()
    tokens = sign_in(browser, party, running.citizen())
    after = party.validated(party.refresh(tokens.refresh_token or ""), nonce=None)
    kept = ("iss", "sub", "aud", "auth_time", "acr", "amr", "sid")
    assert {name: after.claims[name] for name in kept} == {name: tokens.claims[name] for name in kept}
    assert after.refresh_token not in {None, tokens.refresh_token}


def test_a_retry_gets_the_same_successor(running: RunningProvider, browser: Browser) -> None:
    """I4: a lost answer is asked for again."""
    party = running.party()
    tokens = sign_in(browser, party, running.citizen())
    first, second = (party.validated(party.refresh(tokens.refresh_token or ""), nonce=None) for _ in range(2))
    assert first.refresh_token == second.refresh_token
    party.validated(party.refresh(first.refresh_token or ""), nonce=None)


def test_rfc9700_4_14_2_reuse_after_the_successor_was_used_ends_the_family(
    running: RunningProvider, browser: Browser
) -> None:
    """Case CR-5: two rotations inside one second do not confuse it."""
    party = running.party()
    tokens = sign_in(browser, party, running.citizen())
    second = party.validated(party.refresh(tokens.refresh_token or ""), nonce=None)
    third = party.validated(party.refresh(second.refresh_token or ""), nonce=None)
    assert error_of(party.refresh(tokens.refresh_token or "")) == (400, "invalid_grant")
    assert error_of(party.refresh(third.refresh_token or "")) == (400, "invalid_grant")
    for access_token in (tokens.access_token, second.access_token, third.access_token):
        assert party.introspect(access_token) == {"active": False}


def test_a_refresh_token_of_another_client_is_invalid_grant_and_harms_nothing(
    running: RunningProvider, browser: Browser
) -> None:
    party = running.party()
    tokens = sign_in(browser, party, running.citizen())
    assert error_of(running.party(ClientId("so-tu-phap")).refresh(tokens.refresh_token or "")) == (400, "invalid_grant")
    party.validated(party.refresh(tokens.refresh_token or ""), nonce=None)


def test_cr_13_a_changed_refresh_token_is_invalid_grant_and_harms_nothing(
    running: RunningProvider, browser: Browser
) -> None:
    party = running.party()
    good = sign_in(browser, party, running.citizen()).refresh_token or ""
    for changed in (good[:-1], good + "A", good.swapcase(), good + "=", good.replace(".0.", ".1.", 1)):
        assert error_of(party.refresh(changed)) == (400, "invalid_grant")
    party.validated(party.refresh(good), nonce=None)


def test_a_refresh_may_narrow_the_scope_and_never_widen_it(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    good = sign_in(browser, party, running.citizen(), scope="openid profile").refresh_token or ""
    assert error_of(party.refresh(good, scope="openid profile phone")) == (400, "invalid_scope")
    assert party.validated(party.refresh(good, scope="openid"), nonce=None).scope == "openid"


def test_a_revoked_refresh_token_ends_everything_of_its_grant_on_every_process(cluster: RunningProvider) -> None:
    party, elsewhere = cluster.party(), cluster.party().at(cluster.provider.base(1))
    with Browser(cluster.provider.base()) as browser:
        tokens = sign_in(browser, party, cluster.citizen())
    assert elsewhere.introspect(tokens.access_token)["active"] is True
    answer = party.revoke(tokens.refresh_token or "")
    assert answer.status_code == 200
    assert elsewhere.introspect(tokens.access_token) == {"active": False}
    assert elsewhere.userinfo(tokens.access_token).status_code == 401
    assert error_of(elsewhere.refresh(tokens.refresh_token or "")) == (400, "invalid_grant")


def test_a_revoked_access_token_leaves_its_refresh_token_alive(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    tokens = sign_in(browser, party, running.citizen())
    assert party.revoke(tokens.access_token).status_code == 200
    assert party.introspect(tokens.access_token) == {"active": False}
    party.validated(party.refresh(tokens.refresh_token or ""), nonce=None)


def test_revocation_of_a_foreign_token_changes_nothing_and_of_an_unknown_one_is_no_error(
    running: RunningProvider, browser: Browser
) -> None:
    """RFC 7009 2.1, 2.2."""
    party, stranger = running.party(), running.party(ClientId("so-tu-phap"))
    tokens = sign_in(browser, party, running.citizen())
    stranger.revoke(tokens.refresh_token or "")
    stranger.revoke(tokens.access_token)
    assert party.introspect(tokens.access_token)["active"] is True
    assert stranger.revoke("unknown").status_code == 200


def test_jw_11_a_token_is_shown_to_its_owner_and_its_resource_server_alone(
    running: RunningProvider, browser: Browser
) -> None:
    party, resource_server, stranger = (
        running.party(),
        running.party(ClientId("ho-so-api")),
        running.party(ClientId("so-tu-phap")),
    )
    tokens = sign_in(browser, party, running.citizen())
    for asker in (party, resource_server):
        reported = asker.introspect(tokens.access_token)
        assert (reported["active"], reported["sub"], reported["client_id"]) == (True, tokens.claims["sub"], "quoc-gia")
    assert stranger.introspect(tokens.access_token) == {"active": False}
    assert stranger.introspect(tokens.refresh_token or "") == {"active": False}
    assert party.introspect(tokens.refresh_token or "")["active"] is True


def test_offline_access_survives_logout_and_everything_else_dies(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    online = sign_in(browser, party, running.citizen())
    started = party.start(scope="openid offline_access")
    answer = browser.http.get(started.location)
    code = dict(httpx2.URL(answer.headers["location"]).params)["code"]
    offline = party.validated(party.redeem(started, code), nonce=started.nonce)
    browser.open(f"/logout?id_token_hint={online.id_token}")
    assert error_of(party.refresh(online.refresh_token or "")) == (400, "invalid_grant")
    assert party.introspect(online.access_token) == {"active": False}
    party.validated(party.refresh(offline.refresh_token or ""), nonce=None)
