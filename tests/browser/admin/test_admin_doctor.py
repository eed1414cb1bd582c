"""The page of how a client is, in a real browser: tried now, what failed lately, what to do about it."""

import pytest

from tests.browser.admin.test_admin_clients import DEVELOPER, fill
from tests.browser.conftest import NewVisitor
from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery, in_language
from tests.browser.officer_people import at_the_desk
from tests.support.browser import Visitor, until

# A name that nobody has (RFC 6761 6.4).
HOST = "https://cong.invalid"


def shows_failures(visitor: Visitor, address: str) -> bool:
    visitor.open(address)
    # A request that a browser brought: anybody can have sent it.
    return visitor.has("unproven")


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_a_developer_sees_what_fails_and_where_to_change_it(
    gallery: Gallery, new_visitor: NewVisitor, language: str
) -> None:
    developer, client_id = gallery.visitor, f"cong-kham-{language}"
    at_the_desk(developer, DEVELOPER, language=language)
    developer.open(developer.system.provider("/admin/clients/new?kind=web_portal"))
    fill(
        developer,
        client_id=client_id,
        client_name="Cổng thử Hà Nội",
        redirect_uris=f"{HOST}/callback",
        backchannel_logout_uri=f"{HOST}/logout",
        scope="openid profile",
        legal_basis="profile: NĐ 224/2026/NĐ-CP",
    )
    developer.click("register")
    developer.click("to-client")
    developer.click("doctor")
    developer.page.wait_for_selector("#checks")
    gallery.take(f"admin-doctor-untried-{language}", developer.page)

    citizen = new_visitor()
    citizen.open(
        citizen.system.provider(f"/authorize?response_type=code&client_id={client_id}&redirect_uri={HOST}/sai")
    )
    assert citizen.has("error-code")
    address = in_language(developer.system.provider(f"/admin/clients/doctor/{client_id}"), language)
    until(lambda: shows_failures(developer, address), "the failure is shown")
    developer.click("check")
    developer.page.wait_for_selector("#said")
    developer.page.wait_for_selector(".state-fails")
    gallery.take(f"admin-doctor-{language}", developer.page)
    developer.open(developer.system.provider(f"/admin/clients?q={client_id}"))
    developer.page.wait_for_selector(f'a[href="/admin/clients/doctor/{client_id}"]')
    gallery.take(f"admin-clients-trouble-{language}", developer.page)
    developer.open(address)
    developer.page.click('a[href$="#backchannel_logout_uri"]')
    assert developer.page.locator("#backchannel_logout_uri").input_value() == f"{HOST}/logout"
