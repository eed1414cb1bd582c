"""The old face, walked through with canaries: what it is told and gives away is nowhere written down."""

from urllib.parse import urlencode

import httpx2

from clients.model import ClientId
from tests.flows.portals import CALLBACK, GOODBYE, secret_of
from tests.flows.running_provider import RunningProvider
from tests.support.parties.old_relying_party import OldRelyingParty
from tests.support.plain.browser import Browser, landed
from tests.support.running.provider import Citizen

CLIENT_ID = ClientId("cong-cu")


def visit_as_old_portal(running: RunningProvider, browser: Browser, citizen: Citizen) -> dict[str, str]:
    """Use every old address with the browser's session, good calls and refused ones; return the secrets made."""
    # A portal's server has a jar of its own: a cookie of ours would make it a browser.
    with httpx2.Client(timeout=running.http.timeout) as server:
        party = OldRelyingParty(server, running.provider.base(), CLIENT_ID, secret_of(CLIENT_ID), CALLBACK, GOODBYE)
        return _use_and_misuse(party, browser, citizen)


def _use_and_misuse(party: OldRelyingParty, browser: Browser, citizen: Citizen) -> dict[str, str]:
    landing = landed(browser.open(party.login_url(state=OldRelyingParty.state_of(citizen.name))))
    tokens = party.tokens(landing)
    reported = party.userinfo(tokens.access_token).json()
    assert reported["SoDinhDanh"] == citizen.number
    assert party.introspect(tokens.access_token).json()["active"] is True
    _misuse(party, tokens.access_token, reported)
    assert party.revoke(tokens.id_token).status_code == 200
    assert party.sign_out(tokens.id_token).status_code == 303
    return {
        "old code": landing.values["code"],
        "old access token": tokens.access_token,
        "old ID token": tokens.id_token,
        "old client secret": party.secret,
        "TechID": reported["TechID"],
    }


def _misuse(party: OldRelyingParty, access_token: str, reported: dict[str, str]) -> None:
    for path, values in (
        ("/oauth2/userinfo", {"access_token": access_token}),
        ("/oauth2/authorize", {"client_id": CLIENT_ID, **reported}),
        ("/oidc/logout", {"access_token": access_token}),
        ("/oauth2/authorize", {"client_id": CLIENT_ID, "response_type": "token", "state": reported["HoVaTen"]}),
    ):
        assert party.http.get(f"{party.host}{path}?{urlencode(values)}").status_code == 400
