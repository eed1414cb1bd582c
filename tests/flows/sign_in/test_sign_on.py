"""Signing in once: at the first client with a page, at every other without one."""

from clients.model import ClientId
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import sign_in, sign_on
from tests.support.plain.browser import Browser


def test_one_sign_in_is_known_at_every_portal_without_a_page(running: RunningProvider, browser: Browser) -> None:
    first = sign_in(browser, running.party(), running.citizen())
    browser.hops.clear()
    second = sign_on(browser, running.party(ClientId("so-tu-phap")))
    assert [hop.path for hop in browser.hops] == ["/authorize"]
    assert second.claims["auth_time"] == first.claims["auth_time"]
    assert (second.claims["acr"], second.claims["amr"]) == ("loa2", ["pwd"])


def test_pairwise_subjects_are_one_in_a_sector_and_differ_across(running: RunningProvider, browser: Browser) -> None:
    """OIDC Core 8.1; the session id differs for every client (Back-Channel Logout 2.1)."""
    first = sign_in(browser, running.party(), running.citizen())
    same_sector, other_sector = (
        sign_on(browser, running.party(ClientId("quoc-gia-hai"))),
        sign_on(browser, running.party(ClientId("so-tu-phap"))),
    )
    assert same_sector.claims["sub"] == first.claims["sub"]
    assert other_sector.claims["sub"] != first.claims["sub"]
    assert len({str(one.claims["sid"]) for one in (first, same_sector, other_sector)}) == 3


def test_the_second_process_knows_the_session_of_the_first(cluster: RunningProvider) -> None:
    with Browser(cluster.provider.base(0)) as browser:
        first = sign_in(browser, cluster.party(), cluster.citizen())
        with browser.at(cluster.provider.base(1)) as elsewhere:
            second = sign_on(elsewhere, cluster.party().at(cluster.provider.base(1)))
    assert (second.claims["sub"], second.claims["sid"]) == (first.claims["sub"], first.claims["sid"])


def test_discovery_names_the_issuer_at_every_process(cluster: RunningProvider) -> None:
    for place in range(2):
        reported = cluster.http.get(cluster.provider.base(place) + "/.well-known/openid-configuration").json()
        assert reported["issuer"] == cluster.provider.issuer
        endpoints = [reported[name] for name in reported if name.endswith("_endpoint") or name == "jwks_uri"]
        assert all(endpoint.startswith(cluster.provider.issuer + "/") for endpoint in endpoints)
