"""How a client is, on the console and by the API: what was tried, what failed lately, and once a minute a try now."""

from collections.abc import Callable

import httpx2
import pytest

from clients.model import ClientId
from idp.kernel.ids import PersonId
from idp.officers.roles import Role
from idp.web.http.texts import read_catalogue
from tests.flows.admin.test_admin_clients import WHY, entry, post, propose_update
from tests.flows.admin.test_console_clients import press
from tests.flows.administrators import CONSOLE, ApiProgram, administrator
from tests.flows.console_people import administrator as at_the_console
from tests.flows.console_people import events
from tests.flows.officer_people import AGENCY
from tests.flows.portals import CALLBACK
from tests.flows.running_provider import RunningProvider
from tests.support.page import read_page
from tests.support.parties.relying_party import sign_in
from tests.support.plain.browser import Browser, shown
from tests.support.running.listener import Listener
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]


@pytest.fixture
def developer(running: RunningProvider, browser: Browser) -> ApiProgram:
    return administrator(running, browser, Role.CLIENT_DEVELOPER, AGENCY)


@pytest.fixture
def client_id(developer: ApiProgram) -> ClientId:
    """Register a portal whose logout address does not speak TLS."""
    with Listener() as listener:
        address = listener.url.replace("http:", "https:") + "/logout"
        made = post(developer, "/clients", {"metadata": entry(backchannel_logout_uri=address)})
        assert made.status_code == 201, made.text
        found = ClientId(str(made.json()["client_id"]))
        tried = post(developer, f"/clients/{found}/health/checks")
        assert tried.status_code == 200, tried.text
    return found


def health(program: ApiProgram, client_id: ClientId) -> dict[str, object]:
    answered = program.get(f"/clients/{client_id}/health")
    assert answered.status_code == 200, answered.text
    found: dict[str, object] = answered.json()
    return found


def state_of(found: dict[str, object], kind: str) -> tuple[object, object]:
    checks = found["checks"]
    assert isinstance(checks, list)
    (one,) = [check for check in checks if check["kind"] == kind]
    return one["state"], one["cause"]


@pytest.mark.both_forms
def test_a_try_now_is_kept_and_shown(developer: ApiProgram, client_id: ClientId) -> None:
    found = health(developer, client_id)
    assert state_of(found, "logout")[0] == "fails"
    assert state_of(found, "certificate") == ("fails", "no_tls")
    assert found["watched"] is False


@pytest.mark.both_forms
def test_a_client_is_tried_once_a_minute_and_it_is_recorded(
    running: RunningProvider, developer: ApiProgram, client_id: ClientId
) -> None:
    # Of three at least two fall into one minute.
    statuses = [post(developer, f"/clients/{client_id}/health/checks").status_code for _ in range(3)]
    assert 409 in statuses
    me = developer.get("/me").json()
    assert events(running, "admin:client:checked", PersonId(str(me["account_id"])))


def test_an_address_that_is_not_registered_is_told_without_its_query(
    running: RunningProvider, developer: ApiProgram, client_id: ClientId
) -> None:
    asked = {"client_id": client_id, "redirect_uri": f"{CALLBACK}/wrong?cccd=001899000001", "response_type": "code"}
    assert running.http.get(running.provider.base() + "/authorize", params=asked).status_code == 400

    def reported() -> list[dict[str, object]]:
        failures = health(developer, client_id)["failures"]
        assert isinstance(failures, list)
        return failures

    (failure,) = wait_for("the failure", reported)
    assert (failure["place"], failure["code"], failure["count"]) == ("authorize", "invalid_redirect_uri", 1)
    assert failure["shown"] == f"{CALLBACK}/wrong"


@pytest.mark.both_forms
def test_a_wrong_secret_is_told_with_cause_and_remedy_on_the_page(
    running: RunningProvider, developer: ApiProgram, client_id: ClientId, new_browser: NewBrowser
) -> None:
    wrong = httpx2.BasicAuth(client_id, "wrong")
    answered = running.http.post(
        running.provider.base() + "/token", data={"grant_type": "client_credentials"}, auth=wrong
    )
    assert answered.status_code == 401
    wait_for("the failure", lambda: health(developer, client_id)["failures"])
    browser = new_browser()
    at_the_console(running, browser, Role.SUPPORT, AGENCY)
    page = browser.page(f"/admin/clients/doctor/{client_id}")
    assert (page.shows("failures"), page.shows("unproven")) == (False, True)
    assert "the secret is wrong, or has ended" in page.html
    assert read_catalogue("vi")["client_refusal.secret.remedy"] in page.html
    assert f'href="/admin/clients/{client_id}#secrets"' in page.html
    # Whoever may not change a client has no button, and is refused without one.
    assert not page.shows("check")


def failures_at(
    program: ApiProgram, client_id: ClientId, place: str, *, proven: bool = True
) -> list[tuple[object, object]]:
    """Return code and detail of the failures of a client at a place."""
    failures = health(program, client_id)["failures"]
    assert isinstance(failures, list)
    return [(one["code"], one["detail"]) for one in failures if (one["place"], one["proven"]) == (place, proven)]


def test_a_refusal_at_userinfo_is_told_to_the_client_of_the_token(
    running: RunningProvider, developer: ApiProgram, new_browser: NewBrowser
) -> None:
    party = running.party(ClientId(CONSOLE))
    token = sign_in(new_browser(), party, running.citizen()).access_token
    assert party.revoke(token).status_code == 200
    assert [party.userinfo(token).status_code for _ in range(2)] == [401, 401]
    reported = ("invalid_token", "The token was revoked.")
    wait_for("the failure", lambda: reported in failures_at(developer, ClientId(CONSOLE), "userinfo"))
    browser = new_browser()
    at_the_console(running, browser, Role.SUPPORT, AGENCY)
    page = browser.page(f"/admin/clients/doctor/{CONSOLE}").html
    assert "Khi đọc thông tin người dùng (userinfo)" in page
    assert read_catalogue("vi")["developer_errors.userinfo.invalid_token.remedy"] in page


@pytest.mark.parametrize(("path", "place"), [("/introspect", "introspection"), ("/revoke", "revocation")])
def test_who_does_not_prove_to_be_a_client_writes_beside_its_failures_and_not_among_them(
    running: RunningProvider, developer: ApiProgram, client_id: ClientId, path: str, place: str
) -> None:
    address, party = running.provider.base() + path, running.party(ClientId(CONSOLE))
    assert party.post(path).status_code == 400
    wait_for(
        "the failure",
        lambda: [one for one in failures_at(developer, ClientId(CONSOLE), place) if one[0] == "invalid_request"],
    )
    wrong = httpx2.BasicAuth(client_id, "wrong")
    assert running.http.post(address, data={"token": "x"}, auth=wrong).status_code == 401
    assert running.http.post(address, data={"client_id": client_id}).status_code == 401
    wait_for("both refusals", lambda: len(failures_at(developer, client_id, place, proven=False)) == 2)
    assert {said for _, said in failures_at(developer, client_id, place, proven=False)} == {
        "the secret is wrong, or has ended",
        "the client is registered for client_secret_basic, and none was used",
    }
    assert failures_at(developer, client_id, place) == []


def test_the_console_tries_now_and_the_list_shows_trouble(
    running: RunningProvider, new_browser: NewBrowser, developer: ApiProgram, client_id: ClientId
) -> None:
    browser = new_browser()
    at_the_console(running, browser, Role.CLIENT_DEVELOPER, AGENCY)
    address = f"/admin/clients/doctor/{client_id}"
    pages = [press(browser, browser.page(address), "check") for _ in range(3)]
    assert {page.status for page in pages} <= {200, 409}
    assert 409 in {page.status for page in pages}
    assert all(page.shows("said") and page.shows("checks") for page in pages)
    listed = browser.http.get(f"/admin/clients?after={client_id[:-1]}").text
    assert f'href="{address}"' in listed
    assert read_page(200, {}, listed, "").status == 200


def test_a_client_that_registered_nothing_to_try_is_told_so(developer: ApiProgram, running: RunningProvider) -> None:
    made = post(developer, "/clients", {"metadata": entry()}).json()
    assert health(developer, made["client_id"])["failures"] == []


@pytest.fixture
def signing() -> dict[str, object]:
    """Return what a portal registers that signs with keys which nobody can fetch."""
    with Listener() as listener:
        address = listener.url.replace("http:", "https:") + "/jwks"
    members = entry(token_endpoint_auth_method="private_key_jwt", jwks_uri=address)
    return dict(members)


def test_a_key_set_that_does_not_do_is_a_warning_in_the_sandbox_and_refused_for_production(
    developer: ApiProgram, signing: dict[str, object]
) -> None:
    made = post(developer, "/clients", {"metadata": signing})
    assert made.status_code == 201, made.text
    assert [one["rule"] for one in made.json()["warnings"]] == ["key-set-live"]
    checked = post(developer, "/client-checks", {"metadata": signing, "client_id": signing["client_id"]}).json()
    assert (checked["problems"], [one["field"] for one in checked["warnings"]]) == ([], ["jwks_uri"])
    path = f"/clients/{signing['client_id']}"
    refused = propose_update(developer, developer.get(path), stage="production")
    assert refused.status_code == 422
    assert "key-set-live" in refused.text


def test_the_console_tells_of_a_key_set_that_was_saved_and_does_not_do(
    running: RunningProvider, developer: ApiProgram, new_browser: NewBrowser, signing: dict[str, object]
) -> None:
    assert post(developer, "/clients", {"metadata": signing}).status_code == 201
    browser = new_browser()
    at_the_console(running, browser, Role.CLIENT_DEVELOPER, AGENCY)
    address = f"/admin/clients/{signing['client_id']}"
    page = browser.page(address)
    saved = shown(browser.submit(page, "save", client_name="Cổng ký bằng khóa"))
    assert (saved.status, saved.shows("done"), saved.shows("key-set")) == (200, True, True)
    # Nothing but known words of the address is shown.
    for keys in ("missing 404<b>", "<b>", "none", "missing"):
        assert "<b>" not in browser.http.get(address, params={"done": "saved", "keys": keys}).text
    asked = shown(browser.submit(browser.page(address), "production", reason=WHY))
    assert (asked.status, asked.shows("problems")) == (422, True)
