"""openid-client and oauth4webapi where the person decides elsewhere: the device grant (RFC 8628) and CIBA."""

from collections.abc import Mapping

import pytest

from clients.model import ClientId
from tests.flows.portals import secret_of
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import open_sign_in
from tests.support.page import Page
from tests.support.parties.node_party import NodeParty
from tests.support.plain.browser import Browser, shown

pytestmark = pytest.mark.one_form
CLIENTS = {"device": ClientId("ki-ot"), "ciba": ClientId("ngan-hang-hoi")}


def asking_page(browser: Browser, grant: str, told: Mapping[str, str]) -> Page:
    """Return the page that asks the person: by the code that the device shows, or in their account."""
    if grant == "device":
        return shown(browser.submit(browser.page("/device"), "continue", user_code=told["user_code"]))
    return shown(browser.submit(browser.page("/account/asked"), "open-1"))


@pytest.mark.parametrize("button", ["allow", "deny"])
@pytest.mark.parametrize("grant", CLIENTS)
@pytest.mark.parametrize("library", ["openid_client_elsewhere", "oauth4webapi_elsewhere"])
def test_a_person_decides_and_the_library_hears_it(
    running: RunningProvider, browser: Browser, library: str, grant: str, button: str
) -> None:
    citizen, client_id = running.citizen(), CLIENTS[grant]
    asked = {"grant": grant, "issuer": running.provider.issuer, "client_id": client_id, "algorithm": "ES256"}
    with NodeParty(library) as program:
        hint = {"login_hint": citizen.number, "denied": button == "deny"}
        program.tell({**asked, "secret": secret_of(client_id), **hint})
        told = program.said()["decide"]
        assert isinstance(told, dict)
        open_sign_in(browser, citizen)
        shown(browser.submit(asking_page(browser, grant, told), button))
        program.tell(None)
        found = program.said()["found"]
    allowed = {"name": citizen.name, "type": "bearer"}
    assert found == (allowed if button == "allow" else {"refused": "access_denied"})
