"""One's own account over real processes: seen, ended, taken away, closed; and nobody else's."""

import json
import re
from collections.abc import Callable

import pytest

from clients.model import ClientId
from idp.account.data_copy import FORMAT
from tests.flows.notices import wait_notices
from tests.flows.running_provider import RunningProvider
from tests.flows.sign_in.test_consent_and_levels import code_from, consent_page
from tests.support.page import Page
from tests.support.parties.relying_party import show_password, sign_in, sign_on
from tests.support.plain.browser import Browser, landed, shown
from tests.support.running.provider import Citizen
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

BANK = ClientId("ngan-hang")
PAGES = ("", "/identity", "/profile", "/sessions", "/portals", "/activity", "/requests", "/language")
STRONG_PAGES = ("/data", "/data/copy", "/close")


def at_home(browser: Browser, citizen: Citizen) -> Page:
    """Sign in at the provider itself and return the account's first page."""
    return shown(show_password(browser, browser.page("/sign-in"), citizen))


def confirmed(running: RunningProvider, browser: Browser, citizen: Citizen, path: str) -> Page:
    """Open a page that wants two factors, show the second by SMS, and return the page itself."""
    asked = browser.page(path)
    assert asked.shows("code"), asked.address
    page = shown(browser.submit(asked, "verify", code=code_from(running, citizen)))
    assert page.status == 200
    return page


def _session_entries(page: Page) -> list[str]:
    return re.findall(r"<li>.*?</li>", page.html.partition('id="sessions"')[2].partition("</ul>")[0], re.DOTALL)


def test_nobody_sees_a_page_of_the_account_without_a_session(browser: Browser) -> None:
    seen = [path for path in (*PAGES, *STRONG_PAGES) if not browser.page(f"/account{path}").shows("identifier")]
    assert seen == []


def test_every_page_of_the_account_is_shown_and_leads_to_every_other(
    running: RunningProvider, browser: Browser
) -> None:
    home = at_home(browser, running.citizen())
    assert home.texts["display-name"] == "Nguyễn Thị Hoà"
    for path in PAGES:
        page = browser.page(f"/account{path}")
        assert (page.status, page.shows("account-parts")) == (200, True), path
        assert {"part-home", "part-sessions", "part-portals", "part-close"} <= page.links.keys()
    refusals = {name: browser.page(address).status for name, address in home.links.items() if name.startswith("part-")}
    assert set(refusals.values()) == {200}, refusals


@pytest.mark.parametrize("path", [f"/account{path}" for path in STRONG_PAGES])
def test_asvs_7_5_1_data_and_closing_want_two_factors_first(
    running: RunningProvider, browser: Browser, path: str
) -> None:
    citizen = running.citizen()
    at_home(browser, citizen)
    asked = browser.page(path)
    assert (asked.shows("code"), asked.shows("download"), asked.shows("close-account")) == (True, False, False)


@pytest.mark.both_forms
def test_a_session_ended_from_another_browser_is_over_there_and_its_portal_is_told(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    """OIDC Back-Channel Logout 2.5."""
    citizen, party, elsewhere = running.citizen(), running.party(), new_browser()
    tokens = sign_in(elsewhere, party, citizen)
    at_home(browser, citizen)
    page = browser.page("/account/sessions")
    (other,) = [entry for entry in _session_entries(page) if 'id="this-session"' not in entry]
    button = other.partition('id="')[2].partition('"')[0]
    done = shown(browser.submit(page, button))
    assert (done.address.endswith("?done=ended"), button in done.buttons) == (True, False)
    assert elsewhere.page("/account").shows("identifier")
    assert wait_notices(running, party, tokens)


@pytest.mark.both_forms
def test_ending_all_others_leaves_the_one_that_asked(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    citizen, others = running.citizen(), [new_browser(), new_browser()]
    for one in (*others, browser):
        at_home(one, citizen)
    after = shown(browser.submit(browser.page("/account/sessions"), "end-others"))
    assert after.shows("this-session")
    assert [one.page("/account").shows("identifier") for one in others] == [True, True]


@pytest.mark.both_forms
def test_ending_everywhere_ends_this_one_too(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    citizen, other = running.citizen(), new_browser()
    for one in (other, browser):
        at_home(one, citizen)
    assert shown(browser.submit(browser.page("/account/sessions"), "end-all")).shows("signed-out")
    assert [one.page("/account").shows("identifier") for one in (browser, other)] == [True, True]


def test_a_foreign_or_guessed_session_id_ends_nothing(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    neighbour = new_browser()
    at_home(neighbour, running.citizen())
    theirs = neighbour.page("/account/sessions")
    (foreign,) = [name for name in theirs.buttons if name.startswith("end-") and len(name) == 30]
    at_home(browser, running.citizen())
    mine = browser.page("/account/sessions")
    mine.buttons[foreign] = theirs.buttons[foreign]  # type: ignore[index]  # a forged button
    assert shown(browser.submit(mine, foreign)).address.endswith("?done=gone")
    assert neighbour.page("/account").shows("account-parts")


@pytest.mark.both_forms
def test_a_withdrawn_consent_ends_the_tokens_and_is_asked_for_again(running: RunningProvider, browser: Browser) -> None:
    """Luật 91/2025 Đ10; RFC 6749 5.2: the refresh token is invalid_grant from then on."""
    citizen, party = running.citizen(), running.party(BANK)
    started, page = consent_page(browser, party, citizen)
    tokens = party.complete(started, landed(browser.submit(page, "allow")))
    portals = browser.page("/account/portals")
    assert portals.shows(f"portal-{BANK}")
    done = shown(browser.submit(portals, "withdraw-1"))
    assert wait_notices(running, party, tokens)
    assert (done.address.endswith("?done=withdrawn"), done.shows("no-portals")) == (True, True)
    assert party.userinfo(tokens.access_token).status_code == 401
    assert browser.page(party.start().location).shows("allow")
    again = shown(browser.submit(portals, "withdraw-1"))
    assert again.address.endswith("?done=gone")


@pytest.mark.both_forms
def test_a_code_under_way_when_the_consent_is_withdrawn_brings_no_token(
    running: RunningProvider, browser: Browser
) -> None:
    """Luật 91/2025 Đ10; the person who agrees anew is served at once."""
    citizen, party = running.citizen(), running.party(BANK)
    started, page = consent_page(browser, party, citizen)
    code = party.code_of(started, landed(browser.submit(page, "allow")))
    browser.submit(browser.page("/account/portals"), "withdraw-1")
    refused = party.redeem(started, code)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    again = party.start()
    party.complete(again, landed(browser.submit(browser.page(again.location), "allow")))


@pytest.mark.both_forms
def test_a_state_portal_is_shown_with_its_legal_basis_and_can_be_disconnected(
    running: RunningProvider, browser: Browser
) -> None:
    citizen, party = running.citizen(), running.party()
    tokens = sign_in(browser, party, citizen)
    page = browser.page("/account/portals")
    assert "Luật 91/2025" in page.texts["portal-quoc-gia"]
    assert shown(browser.submit(page, "end-1")).address.endswith("?done=access_ended")
    assert party.userinfo(tokens.access_token).status_code == 401
    # The law still lets the portal ask: the person is known there again without a page.
    sign_on(browser, party)


def activity_with(browser: Browser, *words: str) -> str:
    """Return the activity once it tells of `words`: events that nothing waits for are written a moment later."""

    def reported() -> str | None:
        text = browser.page("/account/activity").texts["activity"]
        return text if all(word in text for word in words) else None

    return wait_for(f"activity of {words}", reported)


def _paged(page: Page) -> Page | None:
    return page if "older" in page.links else None


def test_activity_tells_in_words_what_happened_where(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    shown(browser.submit(browser.page("/sign-in"), "sign-in", identifier=citizen.number, password="not-the-password"))
    sign_in(browser, running.party(), citizen)
    reported = activity_with(browser, "Mật khẩu sai", "Cổng quoc-gia")
    for words in ("Mật khẩu sai", "Mật khẩu đúng", "Đăng nhập", "Cổng nhận thông tin của bạn", "Cổng quoc-gia"):
        assert words in reported
    assert "từ 127.0.0.1" in reported


def test_activity_is_paged_and_a_page_token_of_somebody_else_leads_to_the_first_page(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    citizen, party = running.citizen(), running.party()
    sign_in(browser, party, citizen)
    for _ in range(12):
        sign_on(browser, party)
    first = wait_for("a second page", lambda: _paged(browser.page("/account/activity")))
    older = browser.page(first.links["older"])
    assert older.shows("newest")
    assert older.texts["activity"] != first.texts["activity"]
    stranger = new_browser()
    at_home(stranger, running.citizen())
    assert not stranger.page(first.links["older"]).shows("older")


def test_what_portals_got_is_listed_with_its_basis(running: RunningProvider, browser: Browser) -> None:
    sign_in(browser, running.party(), running.citizen())
    reported = browser.page("/account/requests").texts["releases"]
    assert "Cổng quoc-gia" in reported
    assert "Luật 91/2025" in reported
    assert "Điện thoại" not in reported


@pytest.mark.both_forms
def test_the_language_is_kept_with_the_account_and_begins_on_a_new_browser(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    citizen, other = running.citizen(), new_browser()
    at_home(browser, citizen)
    assert shown(browser.submit(browser.page("/account/language"), "choose-en")).language == "en"
    assert at_home(other, citizen).language == "en"


@pytest.mark.both_forms
def test_own_claims_reach_the_portal_and_registered_ones_do_not_change(
    running: RunningProvider, browser: Browser
) -> None:
    citizen, party = running.citizen(), running.party()
    at_home(browser, citizen)
    page = browser.page("/account/profile")
    own = {
        "nickname": "  Hoà   con ",
        "preferred_username": "hoa",
        "website": "https://hoa.example/",
        "name": "Ai đó",
    }
    assert shown(browser.submit(page, "save", **own)).shows("done")
    claims = party.userinfo(sign_on(browser, party).access_token).json()
    assert (claims["nickname"], claims["preferred_username"]) == ("Hoà con", "hoa")
    assert (claims["website"], claims["name"]) == ("https://hoa.example/", "Nguyễn Thị Hoà")


def test_a_web_page_that_is_not_https_is_refused_and_what_was_typed_is_kept(
    running: RunningProvider, browser: Browser
) -> None:
    at_home(browser, running.citizen())
    page = browser.page("/account/profile")
    wrong = shown(browser.submit(page, "save", nickname="Hoà", website="javascript:alert(1)"))
    assert (wrong.status, wrong.shows("website-error"), wrong.values["nickname"]) == (422, True, "Hoà")


@pytest.mark.parametrize(
    ("field", "typed"), [("nickname", "Ho\u202eà"), ("preferred-username", "0912 345 678"), ("nickname", "<b>Hoà</b>")]
)
def test_a_name_with_hidden_letters_or_a_number_is_refused_with_the_reason(
    running: RunningProvider, browser: Browser, field: str, typed: str
) -> None:
    at_home(browser, running.citizen())
    page = browser.page("/account/profile")
    wrong = shown(browser.submit(page, "save", **{field.replace("-", "_"): typed}))
    assert (wrong.status, wrong.shows(f"{field}-error")) == (422, True)


def test_the_copy_holds_what_we_know_in_full_and_no_secret(running: RunningProvider, browser: Browser) -> None:
    """Luật 91/2025 Đ4."""
    citizen = running.citizen()
    sign_in(browser, running.party(), citizen)
    page = confirmed(running, browser, citizen, "/account/data")
    answer = browser.send_form(page, "download")
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    assert "no-store" in answer.headers["cache-control"]
    copy = json.loads(answer.content)
    assert copy["format"] == FORMAT
    assert copy["identifiers"][0]["number"] == citizen.number
    assert copy["contacts"][0]["value"] == citizen.phone
    assert copy["persons"][0]["profile"]["name"] == citizen.name
    assert copy["grants"][0]["client_id"] == "quoc-gia"
    assert {"account:password:accepted", "session:session:started"} <= {one["event"] for one in copy["audit_events"]}
    assert not {"password_hash", "secret_hash", "blind_index", "head_hash"} & set(answer.text.split('"'))
    assert "argon2" not in answer.text
    readable = browser.page("/account/data/copy")
    assert citizen.number in readable.texts["copy-identifiers"]


@pytest.mark.both_forms
def test_a_closed_account_is_closed_everywhere_at_once(running: RunningProvider, browser: Browser) -> None:
    citizen, party = running.citizen(), running.party()
    tokens = sign_in(browser, party, citizen, scope="openid profile offline_access")
    page = confirmed(running, browser, citizen, "/account/close")
    asked = shown(browser.submit(page, "close-account"))
    assert (asked.status, asked.shows("close-account")) == (422, True)
    closed = shown(browser.submit(asked, "close-account", understood="yes"))
    assert closed.shows("account-closed")
    assert browser.session is None
    assert party.userinfo(tokens.access_token).status_code == 401
    refused = show_password(browser, browser.page("/sign-in"), citizen)
    assert shown(refused).shows("alert")
    assert running.listener.wait_text(citizen.phone, 2)


@pytest.mark.both_forms
def test_the_question_is_answered_once_and_a_second_answer_is_told_politely(
    running: RunningProvider, browser: Browser
) -> None:
    home = at_home(browser, running.citizen())
    page = browser.page(home.links["rate"])
    assert shown(browser.submit(page, "score-4")).shows("rated-kept")
    assert shown(browser.submit(page, "score-1")).shows("rated-gone")
    # Nobody is asked again at this browser for a while.
    assert not browser.page("/account").shows("rate")


@pytest.mark.parametrize("token", ["", "AAAA", "A" * 300, "%F0%9F%98%80", "====", "\u00e9"])
def test_a_made_up_token_opens_no_question(running: RunningProvider, browser: Browser, token: str) -> None:
    assert browser.page(f"/rate?t={token}").shows("rated-gone")


def test_after_signing_out_the_question_is_offered(running: RunningProvider, browser: Browser) -> None:
    home = at_home(browser, running.citizen())
    out = shown(browser.submit(home, "sign-out"))
    page = browser.page(out.links["rate"])
    assert shown(browser.submit(page, "score-5")).shows("rated-kept")
    assert not browser.page("/signed-out").shows("rate")


def test_a_form_of_the_account_sent_from_elsewhere_does_nothing(running: RunningProvider, browser: Browser) -> None:
    """Case SE-3."""
    at_home(browser, running.citizen())
    page = browser.page("/account/sessions")
    answer = browser.send_form_as(page, "end-all", {"Origin": "https://elsewhere.example"}, {})
    assert answer.status_code == 403
    assert browser.page("/account").shows("account-parts")


def test_who_knows_the_password_alone_reads_notices_and_does_not_mark_them_read(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    """Else a thief of the password would hide from the owner that there is something to read."""
    citizen, strong = running.citizen(), new_browser()
    at_home(strong, citizen)
    shown(strong.submit(confirmed(running, strong, citizen, "/account/recovery-codes"), "replace"))
    at_home(browser, citizen)
    for _ in range(2):
        assert browser.page("/account").shows("unread-notices")
        assert browser.page("/account/notices").status == 200
    assert strong.page("/account/notices").status == 200
    wait_for("the notices to count as read", lambda: not browser.page("/account").shows("unread-notices"))
