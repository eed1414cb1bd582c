"""A person confirms exactly what a portal shows them (RFC 9396), over a running provider."""

import orjson

from clients.model import ClientId
from idp.protocol.rar.confirmed_text import digest_of
from records.structs import replace
from tests.flows.portals import portal
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import RelyingParty, show_password, sign_in
from tests.support.parties.token_checks import read_signed
from tests.support.plain.browser import Browser, landed, shown

TEXT, OTHER = "Tôi đồng ý nộp lệ phí 50.000 đồng <b>.", "Tôi đồng ý nhận kết quả qua bưu điện."


def confirming(running: RunningProvider, client_id: str) -> RelyingParty:
    made = portal(ClientId(client_id), running.listener, authorization_details_types=["confirmed_text"])
    running.apply(made)
    return made.party(running.http, running.provider)


def asking(*texts: str) -> str:
    details = [{"type": "confirmed_text", "text": one, "text_sha256": digest_of(one)} for one in texts]
    return orjson.dumps(details).decode()


def test_rfc9396_7_what_was_shown_and_confirmed_is_in_the_tokens(running: RunningProvider, browser: Browser) -> None:
    party, citizen = confirming(running, "rar-portal"), running.citizen()
    started = party.push(authorization_details=asking(TEXT, OTHER))
    page = shown(show_password(browser, browser.page(started.location), citizen))
    assert TEXT in page.texts["details"]
    assert OTHER in page.texts["details"]
    code = party.code_of(started, landed(browser.submit(page, "allow")))
    answer = party.redeem(started, code)
    tokens = party.validated(answer, nonce=started.nonce)
    details = orjson.loads(asking(TEXT, OTHER))
    assert answer.json()["authorization_details"] == details
    assert read_signed(tokens.access_token, party.jwks(), "ES256", "at+jwt")["authorization_details"] == details
    assert party.introspect(tokens.access_token)["authorization_details"] == details
    less = party.refresh(tokens.refresh_token or "", authorization_details=asking(OTHER))
    assert less.json()["authorization_details"] == orjson.loads(asking(OTHER))
    # Nothing is remembered of it, neither as a consent nor for the next request.
    again = party.start(authorization_details=asking(TEXT), prompt="none")
    assert party.error_of(again, landed(browser.open(again.location))) == "consent_required"
    plain = party.start(prompt="none")
    party.complete(plain, landed(browser.open(plain.location)))


def test_who_refuses_confirms_nothing(running: RunningProvider, browser: Browser) -> None:
    party = confirming(running, "rar-refused")
    sign_in(browser, party, running.citizen())
    started = party.start(authorization_details=asking(TEXT))
    assert party.error_of(started, landed(browser.submit(browser.page(started.location), "deny"))) == "access_denied"


def test_a_button_confirms_what_its_page_showed_and_nothing_else(running: RunningProvider, browser: Browser) -> None:
    party = confirming(running, "rar-mixed")
    sign_in(browser, party, running.citizen())
    one, other = (browser.page(party.start(authorization_details=asking(text)).location) for text in (TEXT, OTHER))
    mixed = replace(other, values={**other.values, "shown": one.values["shown"]})
    assert OTHER in shown(browser.submit(mixed, "allow")).texts["details"]


def test_rfc9396_5_a_client_that_did_not_register_the_type_is_refused(
    running: RunningProvider, browser: Browser
) -> None:
    party = running.party()
    started = party.start(authorization_details=asking(TEXT))
    assert party.error_of(started, landed(browser.open(started.location))) == "invalid_authorization_details"
