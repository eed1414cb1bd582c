"""The journey of a portal in a real browser: from nothing to a first production sign-in with one approval; the stop."""

import re
from datetime import timedelta

import pytest

from clients.model import ClientId
from idp.client_trials.sandbox_people import PASSWORD as INVENTED_PASSWORD
from idp.client_trials.sandbox_people import PEOPLE as INVENTED
from tests.browser.conftest import NewVisitor
from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery, in_language
from tests.browser.officer_people import at_the_desk, officer_signs_in
from tests.browser.people import citizen
from tests.support.browser import Visitor, until
from tests.support.persons_time import PersonsTime

# As `make run` prints them.
DEVELOPER, APPROVER, SECOND = "h26.demo-developer", "h26.demo-admin", "h26.demo-admin2"
READY = citizen(2)
CITIZENS = (READY,)
CALLBACK = "https://dichvucong.hanoi.gov.vn/callback"
_WITH_CODE = re.compile("^" + re.escape(CALLBACK) + ".*[?&]code=")
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def comes_in(visitor: Visitor, name: str, language: str) -> None:
    """Sign in to the console from the first page on: it is part of what a person's time is counted for."""
    officer_signs_in(visitor, name, "/sign-in?officer=1&to=admin", language)
    visitor.page.wait_for_selector("#part-clients")


def fill(visitor: Visitor, **values: str) -> None:
    for name, value in values.items():
        visitor.page.fill(f"#{name}", value)


def authorize(visitor: Visitor, client_id: ClientId) -> str:
    query = (
        f"response_type=code&client_id={client_id}&redirect_uri={CALLBACK}&scope=openid+profile&state=s&nonce=n"
        f"&code_challenge={CHALLENGE}&code_challenge_method=S256"
    )
    return visitor.system.provider(f"/authorize?{query}")


def lands_with_a_code(visitor: Visitor, client_id: ClientId, number: str, password: str) -> None:
    """Sign in at the client, whose host is nobody's here: the browser asks for its address, with a code."""
    visitor.open(authorize(visitor, client_id))
    with visitor.page.expect_request(_WITH_CODE):
        visitor.sign_in(number, password)


def refused(visitor: Visitor, client_id: ClientId) -> bool:
    """Ask for a sign-in and say whether it was refused."""
    visitor.open(authorize(visitor, client_id))
    return visitor.has("error-code")


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_an_agency_brings_a_portal_from_nothing_to_production_with_one_approval(
    gallery: Gallery, new_visitor: NewVisitor, language: str
) -> None:
    developer, client_id = gallery.visitor, ClientId(f"cong-ha-noi-{language}")
    times = [PersonsTime.watch(developer.context)]
    comes_in(developer, DEVELOPER, language)
    developer.click("part-clients")
    developer.page.wait_for_selector("#kinds")
    gallery.take(f"admin-clients-{language}", developer.page)
    developer.click("new-web_portal")
    # Told while it is typed, and gone when it is right, before anything is sent.
    fill(developer, client_name="<b>")
    developer.page.wait_for_selector("#client_name-error")
    fill(developer, client_name="Cổng")
    developer.page.wait_for_selector("#client_name-error", state="detached")
    fill(
        developer,
        client_id=client_id,
        client_name="<b>",
        redirect_uris="https://dichvucong.hanoi.gov.vn/*",
        scope="openid profile",
    )
    developer.click("register")
    developer.page.wait_for_selector("#redirect_uris-error")
    gallery.take(f"admin-client-wrong-{language}", developer.page)
    fill(developer, client_name="Cổng thử Hà Nội", redirect_uris=CALLBACK, legal_basis="profile: NĐ 224/2026/NĐ-CP")
    developer.page.fill("#client_name-en", "Ha Noi trial portal")
    developer.click("register")
    developer.page.wait_for_selector("#client-secret")
    gallery.take(f"admin-client-secret-{language}", developer.page)
    developer.click("to-client")
    developer.page.wait_for_selector("#production")
    gallery.take(f"admin-client-{language}", developer.page)
    lands_with_a_code(new_visitor(), client_id, INVENTED[0].record.number.digits, INVENTED_PASSWORD)
    fill(developer, **{"production-reason": "Cổng đã chạy tốt trong thử nghiệm"})
    developer.click("production")
    developer.page.wait_for_selector("#own")
    gallery.take(f"admin-change-own-{language}", developer.page)
    change = developer.page.url

    approver = new_visitor()
    times.append(PersonsTime.watch(approver.context))
    comes_in(approver, APPROVER, language)
    approver.click("part-changes")
    approver.page.wait_for_selector("#changes")
    approver.open(in_language(change, language))
    approver.page.check("#scope-1")
    approver.click("approve")
    approver.page.wait_for_selector("#done")
    assert approver.has("undo")
    # Both together; what is waited for is not a person's time.
    assert all(time.lines and time.fields and time.presses for time in times), times
    assert sum((time.total for time in times), timedelta()) < timedelta(minutes=10), times
    lands_with_a_code(new_visitor(), client_id, READY.number, READY.password)

    approver.open(approver.system.provider(f"/admin/clients/{client_id}"))
    fill(approver, **{"stop-reason": "Khóa bí mật bị lộ"})
    approver.click("stop")
    approver.page.wait_for_selector("#stopped")
    stopped = new_visitor()
    # Each process looks every 0.4 seconds; until then a sign-in still begins.
    until(lambda: refused(stopped, client_id), "the stopped client is refused")


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_the_pages_of_whoever_approves(gallery: Gallery, new_visitor: NewVisitor, language: str) -> None:
    developer, client_id = new_visitor(), f"cong-hai-{language}"
    at_the_desk(developer, DEVELOPER, language=language)
    developer.open(developer.system.provider("/admin/clients/new?kind=web_portal"))
    fill(
        developer,
        client_id=client_id,
        client_name="Cổng thứ hai",
        redirect_uris=CALLBACK,
        scope="openid profile email",
        legal_basis="profile: NĐ 224/2026/NĐ-CP\nemail: NĐ 224/2026/NĐ-CP",
    )
    developer.click("register")
    developer.click("to-client")
    fill(developer, **{"production-reason": "Cổng đã chạy tốt trong thử nghiệm"})
    developer.click("production")
    developer.page.wait_for_selector("#own")
    change = developer.page.url

    approver = gallery.visitor
    at_the_desk(approver, SECOND, language=language)
    approver.click("part-changes")
    approver.page.wait_for_selector("#changes")
    gallery.take(f"admin-changes-{language}", approver.page)
    approver.open(in_language(change, language))
    approver.page.wait_for_selector("#differences")
    gallery.take(f"admin-change-{language}", approver.page)
    approver.page.check("#scope-1")
    approver.click("approve")
    approver.page.wait_for_selector("#undo")
    gallery.take(f"admin-change-approved-{language}", approver.page)
    approver.click("undo")
    approver.page.wait_for_selector("#done")
    gallery.take(f"admin-change-undone-{language}", approver.page)
