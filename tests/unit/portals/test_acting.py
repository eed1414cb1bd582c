"""Acting for others at a portal: shown, switched, required; and nothing half said is believed."""

from pathlib import Path

import pytest

from portals.relying_party.acting import principal_of
from portals.relying_party.config import BANK, FEEDBACK, HANOI, JUSTICE, NATIONAL, Portal
from portals.relying_party.errors import TokenRefusedError
from tests.unit.portals.plain_provider import browser_at, error_code, text_at

ENTERPRISE: dict[str, object] = {
    "sub": "pairwise-organisation",
    "type": "organisation",
    "name": "Công ty thử nghiệm",
    "code": "0100000018",
    "kind": "representative",
    "powers": ["view", "sign"],
}
SAID: dict[str, object] = {"act": {"sub": "pairwise-subject"}, "acting_for": ENTERPRISE}


def saying(**changes: object) -> dict[str, object]:
    return SAID | {"acting_for": {**ENTERPRISE, **changes}}


@pytest.mark.parametrize("portal", [NATIONAL, HANOI, BANK], ids=lambda portal: portal.client_id)
async def test_the_page_says_for_whom_and_lets_the_person_switch(portal: Portal, tmp_path: Path) -> None:
    async with browser_at(portal, tmp_path) as browser:
        await browser.sign_in("/login")
        assert text_at(await browser.open("/"), "acting-for") == "chính mình"
        browser.provider.spoil_id_token = lambda claims: claims.update(SAID)
        browser.provider.spoil_userinfo = lambda claims: claims.update(SAID)
        await browser.sign_in("/act-for")
        assert browser.provider.requests[-1]["acting_for"] == "choose"
        assert text_at(await browser.open("/"), "acting-for") == "Công ty thử nghiệm (0100000018)"


@pytest.mark.parametrize("portal", [JUSTICE, FEEDBACK], ids=lambda portal: portal.client_id)
async def test_a_portal_for_the_person_alone_offers_no_switch(portal: Portal, tmp_path: Path) -> None:
    async with browser_at(portal, tmp_path) as browser:
        await browser.sign_in("/login")
        assert 'id="act-for"' not in (await browser.open("/")).text
        assert (await browser.open("/act-for")).status_code == 404


async def test_the_bank_asks_for_an_organisation_and_somebody_who_may_sign(tmp_path: Path) -> None:
    async with browser_at(BANK, tmp_path) as browser:
        browser.provider.spoil_id_token = lambda claims: claims.update(SAID)
        browser.provider.spoil_userinfo = lambda claims: claims.update(SAID)
        await browser.sign_in("/business")
        asked = browser.provider.requests[-1]
        assert (asked["acting_for"], asked["acting_power"]) == ("organisation", "sign")
        assert 'id="business-open"' in (await browser.open("/")).text


@pytest.mark.parametrize("said", [{}, saying(type="person"), saying(powers=["view"])])
async def test_an_answer_to_another_question_opens_no_business_account(said: dict[str, object], tmp_path: Path) -> None:
    """The request went through the person's address line, so the answer is what counts."""
    async with browser_at(BANK, tmp_path) as browser:
        browser.provider.spoil_id_token = lambda claims: claims.update(said)
        browser.provider.spoil_userinfo = lambda claims: claims.update(said)
        assert await error_code(browser, await browser.sign_in("/business")) == "organisation_required"


async def test_userinfo_about_another_principal_is_refused(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        browser.provider.spoil_id_token = lambda claims: claims.update(SAID)
        browser.provider.spoil_userinfo = lambda claims: claims.update(saying(sub="somebody-else"))
        assert await error_code(browser, await browser.sign_in("/login")) == "token_refused"


async def test_a_refresh_that_speaks_of_another_principal_is_refused(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in("/login")
        browser.provider.spoil_id_token = lambda claims: claims.update(SAID)
        browser.provider.spoil_userinfo = lambda claims: claims.update(SAID)
        assert text_at(await browser.open("/refresh"), "error-code") == "token_refused"
        # What was known before stands.
        assert text_at(await browser.open("/"), "acting-for") == "chính mình"


@pytest.mark.parametrize(
    "claims",
    [
        {"acting_for": ENTERPRISE},
        SAID | {"act": {}},
        SAID | {"act": "pairwise-subject"},
        SAID | {"acting_for": "organisation"},
        saying(sub=""),
        saying(sub=7),
        saying(type="ship"),
        saying(name=None),
        saying(powers="sign"),
        saying(powers=[1]),
    ],
)
def test_rfc8693_4_1_what_is_half_said_is_not_believed(claims: dict[str, object]) -> None:
    with pytest.raises(TokenRefusedError):
        principal_of(claims)


def test_who_acts_for_themself_has_no_principal() -> None:
    assert principal_of({"sub": "pairwise-subject"}) is None
