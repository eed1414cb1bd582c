"""A person opens a service from the list of their own: the portal begins the sign-in (OIDC Core 4)."""

import pytest

from clients.model import ClientId
from tests.flows.running_provider import RunningProvider
from tests.flows.sessions.front_channel_portals import watching
from tests.support.parties.relying_party import sign_in, sign_on
from tests.support.plain.browser import Browser, Landing

pytestmark = pytest.mark.one_form

OPENS = "https://mo-cong.example/login"


def test_oidc_core_4_the_list_of_services_leads_to_the_registered_address_with_the_issuer_alone(
    running: RunningProvider, browser: Browser
) -> None:
    """Module oidcc-3rdparty-init-login: the registered address, `iss`, and no `target_link_uri` of a stranger's."""
    party = watching(running, "mo-cong", initiate_login_uri=OPENS)
    sign_in(browser, party, running.citizen())
    sign_on(browser, running.party(ClientId("quoc-gia")))
    page = browser.page("/account/portals?target_link_uri=https://evil.example&login_hint=x")
    opened = [Landing(address) for name, address in page.links.items() if name.startswith("open-")]
    assert [(one.address, one.values) for one in opened] == [(OPENS, {"iss": party.issuer})]
    # What the portal then does: a request of its own, in the session that is there.
    sign_on(browser, party, prompt="none")
