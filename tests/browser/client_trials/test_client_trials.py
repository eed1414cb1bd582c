"""A developer tries a client out in a real browser: the start, the room after a good sign-in, a refusal, the end."""

import pytest

from idp.client_trials.sandbox_people import PASSWORD as INVENTED_PASSWORD
from idp.client_trials.sandbox_people import PEOPLE as INVENTED
from tests.browser.admin.test_admin_clients import CALLBACK, DEVELOPER, fill
from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery
from tests.browser.officer_people import at_the_desk


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_a_developer_reads_in_words_what_the_configuration_does(gallery: Gallery, language: str) -> None:
    visitor, client_id = gallery.visitor, f"cong-chay-thu-{language}"
    at_the_desk(visitor, DEVELOPER, language=language)
    visitor.click("part-clients")
    visitor.click("new-web_portal")
    fill(visitor, client_id=client_id, agency="H26", client_name="Cổng chạy thử", redirect_uris=CALLBACK)
    visitor.click("register")
    visitor.page.wait_for_selector("#client-secret")
    visitor.open(visitor.system.provider(f"/admin/clients/{client_id}"))
    visitor.click("try")
    visitor.page.wait_for_selector("#leaves-console")
    gallery.take(f"trying-start-{language}", visitor.page)
    visitor.click("start")
    visitor.page.wait_for_selector("#plain")
    gallery.take(f"trying-room-{language}", visitor.page)
    visitor.click("plain")
    visitor.click("other-account")
    visitor.sign_in(INVENTED[1].record.number.digits, INVENTED_PASSWORD)
    visitor.page.wait_for_selector("#findings-userinfo")
    gallery.take(f"trying-explained-{language}", visitor.page)
    visitor.click("wrong-redirect")
    visitor.page.wait_for_selector("#error-back")
    gallery.take(f"trying-refused-{language}", visitor.page)
    visitor.click("sign-out")
    visitor.page.wait_for_selector("#notice")
    visitor.click("end")
    visitor.page.wait_for_selector("#sign-in")
    visitor.open(visitor.system.provider("/try"))
    visitor.page.wait_for_selector("#over")
    gallery.take(f"trying-over-{language}", visitor.page)
