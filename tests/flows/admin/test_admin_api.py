"""The administration API with tokens of the real flow: whose clients are shown, and when a token stops counting."""

from collections.abc import Callable

import pytest

from clients.model import ClientId
from idp.officers.roles import NATIONAL, Role
from tests.flows.admin.test_admin_clients import post
from tests.flows.administrators import CONSOLE, READ, ApiProgram, administrator, tokens_of
from tests.flows.officer_people import AGENCY, ready, withdraw
from tests.flows.portals import secret_of
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import sign_in
from tests.support.plain.browser import Browser

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]


def ids(program: ApiProgram) -> list[str]:
    """Return all clients that a program is shown, by pages."""
    found: list[str] = []
    page = program.get("/clients?limit=5").json()
    while True:
        found += [row["client_id"] for row in page["items"]]
        if page["next"] is None:
            return found
        page = program.get(f"/clients?limit=5&after={page['next']}").json()


def test_a_national_operator_sees_every_client_and_no_secret(running: RunningProvider, browser: Browser) -> None:
    program = administrator(running, browser, Role.NATIONAL_OPERATOR, NATIONAL, READ)
    me = program.get("/me").json()
    assert (me["agency"], me["fresh"]) == (AGENCY, True)
    assert [role["role"] for role in me["roles"]] == ["national_operator"]
    shown = ids(program)
    assert shown == sorted(shown)
    # Other tests may have registered more.
    assert set(running.portals) <= set(shown)
    answer = program.get("/clients/quoc-gia")
    reported = answer.json()
    assert answer.headers["etag"] == f'"{reported["version"]}"'
    assert reported["metadata"]["client_id"] == "quoc-gia"
    assert secret_of(ClientId("quoc-gia")) not in answer.text
    assert "hash" not in answer.text
    assert program.get("/clients/quoc-gia", **{"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_an_agency_sees_its_own_clients_and_no_other(running: RunningProvider, browser: Browser) -> None:
    program = administrator(running, browser, Role.AGENCY_ADMINISTRATOR, AGENCY)
    shown = set(ids(program))
    assert shown & set(running.portals) == {
        name for name, one in running.portals.items() if one.entry.get("agency") == AGENCY
    }
    assert CONSOLE in shown
    assert program.get(f"/clients/{CONSOLE}").status_code == 200
    foreign, unknown = program.get("/clients/quoc-gia"), program.get("/clients/no-such-client")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
    reported = [{**answer.json(), "correlation_id": ""} for answer in (foreign, unknown)]
    assert reported[0] == reported[1], "whether a foreign client exists is not told"


def test_an_officer_without_a_role_is_told_who_they_are_and_nothing_else(
    running: RunningProvider, browser: Browser
) -> None:
    program = administrator(running, browser, None, AGENCY)
    assert program.get("/me").json()["roles"] == []
    assert program.get("/clients").status_code == 403


def test_a_citizens_token_opens_nothing(running: RunningProvider, browser: Browser) -> None:
    tokens = sign_in(browser, running.party(ClientId(CONSOLE)), running.citizen(), scope=READ)
    assert tokens.scope == READ
    answer = ApiProgram(running, tokens.access_token).get("/me")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_another_clients_token_opens_nothing(running: RunningProvider, browser: Browser) -> None:
    """A portal that is not allowed the scope cannot even ask for it."""
    party = running.party(ClientId("quoc-gia"))
    started = party.start(scope=READ)
    answer = browser.http.get(started.location)
    assert "error=invalid_scope" in answer.headers["location"]
    tokens = sign_in(browser, party, running.citizen())
    assert ApiProgram(running, tokens.access_token).get("/me").json()["code"] == "invalid_token"


def test_what_is_published_needs_no_token(running: RunningProvider) -> None:
    base = running.provider.base() + "/admin/api/v1"
    document, problems = running.http.get(f"{base}/openapi.json"), running.http.get(f"{base}/problems")
    assert document.json()["openapi"] == "3.1.0"
    assert problems.json()["not_found"]["status"] == 404
    missing = running.http.get(f"{base}/me")
    assert missing.json()["type"] == f"{running.provider.issuer}/admin/api/v1/problems#token_missing"


def test_rfc9457_3_a_refusal_is_of_the_language_that_was_asked_for(running: RunningProvider, browser: Browser) -> None:
    program = administrator(running, browser, Role.NATIONAL_OPERATOR, NATIONAL)
    body = {"kind": "close_agency", "code": "H55", "version": 10**18, "decision": "", "day": "soon"}
    reported = {}
    for language in ("en", "vi"):
        answer = post(program, "/changes", body, **{"Accept-Language": language})
        assert (answer.status_code, answer.headers["content-language"]) == (422, language)
        assert "Accept-Language" in answer.headers["vary"]
        reported[language] = {one["field"]: f"{one['reason']}; {one['remedy']}" for one in answer.json()["errors"]}
    assert reported["en"] == {
        "version": "it is above 1000000000000000; write it as the OpenAPI document says",
        "day": "it is no time or day by RFC 3339; write it as the OpenAPI document says",
    }
    assert reported["vi"] == {
        "version": "lớn hơn 1000000000000000; viết như tài liệu OpenAPI nêu",
        "day": "không phải thời điểm hoặc ngày theo RFC 3339; viết như tài liệu OpenAPI nêu",
    }


@pytest.mark.both_forms
def test_a_withdrawn_officer_and_a_revoked_token_are_out_at_once(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    person, other = ready(running, browser), new_browser()
    first, second = tokens_of(running, browser, person), tokens_of(running, other, person)
    programs = [ApiProgram(running, tokens.access_token) for tokens in (first, second)]
    assert [program.get("/me").status_code for program in programs] == [200, 200]
    running.party(ClientId(CONSOLE)).revoke(first.access_token)
    assert [program.get("/me").status_code for program in programs] == [401, 200]
    withdraw(running, person)
    assert programs[1].get("/me").json()["code"] == "invalid_token"
