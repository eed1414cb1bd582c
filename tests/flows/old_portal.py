"""What a portal of today's sign-on does, as the tests of the legacy sign-on drive it."""

import httpx2

from clients.model import ClientId
from tests.flows.portals import CALLBACK, GOODBYE, secret_of
from tests.flows.running_provider import RunningProvider
from tests.support.parties.old_relying_party import OldRelyingParty, OldTokens
from tests.support.parties.relying_party import show_password
from tests.support.plain.browser import Browser, landed
from tests.support.running.provider import Citizen


def old_party(running: RunningProvider, client_id: ClientId = ClientId("cong-cu")) -> OldRelyingParty:
    return OldRelyingParty(running.http, running.provider.base(), client_id, secret_of(client_id), CALLBACK, GOODBYE)


def old_sign_in(browser: Browser, party: OldRelyingParty, citizen: Citizen) -> OldTokens:
    page = browser.page(party.login_url())
    return party.tokens(landed(show_password(browser, page, citizen)))


def check_signed_out(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    started = party.start(prompt="none")
    assert party.error_of(started, landed(browser.open(started.location))) == "login_required"


def reported(answer: httpx2.Response) -> dict[str, object]:
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body
