"""A portal whose code was written against today's sign-on: it signs in unchanged, until its last day."""

from datetime import UTC, date, datetime, timedelta

import httpx2
import pytest

from clients.model import ClientId
from tests.browser.gallery import LANGUAGES, Gallery, in_language
from tests.browser.people import citizen
from tests.support.browser import PATIENCE, EmbeddedSystem, Visitor, until

OLD, LAST_DAY = "ha-noi-cu", date(2026, 6, 30)
READY = citizen(6)
CITIZENS = (READY,)


@pytest.fixture(autouse=True)
def in_time(system: EmbeddedSystem) -> None:
    """The file of `make run` names a day, and tests are run after it too."""
    in_two_months = (datetime.now(UTC) + timedelta(days=60)).date()
    change_last_day(system, in_two_months, httpx2.codes.SEE_OTHER)


@pytest.fixture
def too_late(system: EmbeddedSystem) -> None:
    change_last_day(system, LAST_DAY, httpx2.codes.BAD_REQUEST)


def change_last_day(system: EmbeddedSystem, last_day: date, answered: int) -> None:
    """Register the day, and wait until the provider answers an old call accordingly."""
    system.register_anew(ClientId(OLD), legacy_dialect_until=last_day.isoformat())
    asked = {"client_id": OLD, "response_type": "code", "redirect_uri": system.portal(8103, "/cu/sso/callback")}

    def known() -> bool:
        answer = httpx2.get(system.provider("/oauth2/authorize"), params=asked, timeout=PATIENCE.total_seconds())
        return answer.status_code == answered

    until(known, "the provider knows the last day")


def sign_in_at_the_old_portal(visitor: Visitor) -> None:
    visitor.at(8103, "/cu/")
    visitor.click("login")
    visitor.sign_in(READY.number, READY.password)
    assert visitor.text("signed-in") == READY.name


def test_it_signs_in_unchanged_and_everybody_else_knows_the_person(visitor: Visitor) -> None:
    sign_in_at_the_old_portal(visitor)
    claims = visitor.claims()["userinfo"]
    assert (claims["LoaiTaiKhoan"], claims["HoVaTen"], claims["loAs"]) == ("1", READY.name, "LoA2")
    assert claims["TechID"]
    assert "SoDinhDanh" not in claims
    visitor.shown.clear()
    visitor.at(8103)
    assert visitor.shown == [visitor.system.portal(8103)]
    assert visitor.text("signed-in") == READY.name
    # The new code of the same portal knows the person by the same subject: nothing is lost by the move.
    assert visitor.claims()["id_token"]["sub"] == claims["sub"]


def test_who_is_signed_in_elsewhere_arrives_there_without_a_page(visitor: Visitor) -> None:
    visitor.at(8101, "/login")
    visitor.sign_in(READY.number, READY.password)
    assert visitor.text("signed-in") == READY.name
    visitor.shown.clear()
    visitor.at(8103, "/cu/login?vnconnect=1")
    assert visitor.text("signed-in") == READY.name
    assert visitor.shown == [visitor.system.portal(8103, "/cu/")]


def test_its_server_ends_every_session_without_the_browser(visitor: Visitor) -> None:
    sign_in_at_the_old_portal(visitor)
    visitor.at(8101, "/login")
    assert visitor.text("signed-in") == READY.name
    visitor.at(8103, "/cu/")
    visitor.click("logout")
    assert visitor.has("signed-out")

    def is_signed_out() -> bool:
        visitor.at(8101)
        return visitor.has("login") and not visitor.has("signed-in")

    until(is_signed_out, "signed out at the national portal")
    visitor.open(visitor.system.provider("/account"))
    assert visitor.has("sign-in")


def test_its_front_channel_address_ends_the_session_and_leads_back(visitor: Visitor) -> None:
    sign_in_at_the_old_portal(visitor)
    visitor.click("logout-browser")
    assert visitor.page.url == visitor.system.portal(8103, "/cu/signed-out")
    visitor.open(visitor.system.provider("/account"))
    assert visitor.has("sign-in")


def test_sign_out_at_a_new_portal_reaches_it(visitor: Visitor) -> None:
    sign_in_at_the_old_portal(visitor)
    visitor.at(8101, "/login")
    visitor.click("logout")
    assert visitor.has("signed-out")
    visitor.at(8103, "/cu/")
    assert visitor.has("login")
    assert not visitor.has("signed-in")


@pytest.mark.usefixtures("too_late")
def test_after_its_last_day_it_is_refused_with_a_page_that_explains(visitor: Visitor) -> None:
    visitor.at(8103, "/cu/")
    visitor.click("login")
    assert visitor.page.url.startswith(visitor.system.provider("/oauth2/authorize?"))
    assert (visitor.text("error-code"), visitor.text("error-reason")) == ("unauthorized_client", "ended")
    assert visitor.text("ended-on") == "30/06/2026"
    assert visitor.has("error-help")
    assert "/.well-known/openid-configuration" in visitor.text("team-change")
    visitor.at(8103)
    assert visitor.has("login")


@pytest.mark.usefixtures("too_late")
def test_the_pages_of_the_move_are_readable_in_both_languages_and_widths(gallery: Gallery) -> None:
    system = gallery.visitor.system
    gallery.visit("old-portal", system.portal(8103, "/cu/"))
    gallery.visit("old-portal-refused", f"{_login(gallery)}")
    gallery.visit("old-portal-leaving", system.provider("/oidc/logout?id_token_hint=a.b.c"))


def _login(gallery: Gallery) -> str:
    gallery.visitor.at(8103, "/cu/login")
    return gallery.visitor.page.url


def test_the_language_of_the_refusal_can_be_changed_and_repeats_nothing_of_the_call(visitor: Visitor) -> None:
    address = visitor.system.provider("/oidc/logout?access_token=canary-token")
    for language in LANGUAGES:
        visitor.open(in_language(address, language))
        assert visitor.text("error-reason") == "token_in_url"
        assert "canary-token" not in visitor.page.content()
    visitor.open(visitor.system.provider("/oidc/logout?access_token=canary-token"))
    visitor.click("sign-out-here")
    assert visitor.has("signed-out")
