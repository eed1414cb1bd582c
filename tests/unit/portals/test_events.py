"""Security events at a portal: each rule broken alone, what is done about a good one, and what the page shows."""

from pathlib import Path

import httpx2
import pytest

from portals.relying_party.config import ISSUER, JUSTICE, NATIONAL
from portals.relying_party.errors import TokenRefusedError
from portals.relying_party.event_token import EVENTS, EventTokens, SecurityEvent
from tests.unit.portals.plain_provider import Browser, browser_at
from tests.unit.portals.signing import NOW, OTHER_KEY, SIGNING_KEY, Published, at, sign

DISABLED, PURGED, IDENTIFIER, IDENTITY = EVENTS
SUBJECT = {"format": "iss_sub", "iss": ISSUER, "sub": "pairwise-subject"}
POSTED = "application/secevent+jwt"


def claims(**changes: object) -> dict[str, object]:
    """The claims of a good event; a change to None takes the claim away."""
    good: dict[str, object] = {
        "iss": ISSUER,
        "aud": NATIONAL.client_id,
        "iat": at(NOW),
        "jti": "event-one",
        "toe": at(NOW) - 60,
        "sub_id": SUBJECT,
        "events": {DISABLED: {}},
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def token(**changes: object) -> str:
    return sign(claims(**changes), typ="secevent+jwt")


async def refusal(shown: str) -> str:
    with pytest.raises(TokenRefusedError) as caught:
        await EventTokens(NATIONAL, Published(SIGNING_KEY).provider_keys()).read(shown, NOW)
    return caught.value.detail


@pytest.mark.parametrize("event", EVENTS)
async def test_rfc8417_2_a_good_event_says_whom_what_and_when(event: str) -> None:
    read = await EventTokens(NATIONAL, Published(SIGNING_KEY).provider_keys()).read(token(events={event: {}}), NOW)
    assert (read.id, read.subject, read.event) == ("event-one", "pairwise-subject", event)
    assert at(read.happened_at) == at(NOW) - 60


def test_the_word_of_an_event_is_the_last_part_of_its_type() -> None:
    assert SecurityEvent("one", "subject", IDENTITY, NOW).word == "identity-changed"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://elsewhere.example"}, "iss is another issuer"),
        ({"aud": "bo-tu-phap"}, "aud is not this portal alone"),
        ({"jti": None}, "jti is missing"),
        ({"jti": ""}, "jti is missing"),
        ({"iat": None}, "iat is missing"),
        ({"iat": at(NOW) + 31}, "iat lies in the future"),
        ({"sub": "pairwise-subject"}, "an event has no sub and no nonce"),
        ({"nonce": "anything"}, "an event has no sub and no nonce"),
        ({"events": None}, "not exactly one event that we know"),
        ({"events": {}}, "not exactly one event that we know"),
        ({"events": {DISABLED: {}, PURGED: {}}}, "not exactly one event that we know"),
        ({"events": {DISABLED: None}}, "not exactly one event that we know"),
        ({"events": {"https://elsewhere.example/event": {}}}, "not exactly one event that we know"),
        ({"sub_id": None}, "sub_id names nobody of ours"),
        ({"sub_id": {**SUBJECT, "format": "opaque"}}, "sub_id names nobody of ours"),
        ({"sub_id": {**SUBJECT, "iss": "https://elsewhere.example"}}, "sub_id names nobody of ours"),
        ({"sub_id": {**SUBJECT, "sub": 7}}, "sub_id names nobody of ours"),
    ],
)
async def test_rfc8417_2_2_each_broken_rule_is_named(changes: dict[str, object], reason: str) -> None:
    assert await refusal(token(**changes)) == reason


@pytest.mark.parametrize("typ", [None, "JWT", "logout+jwt"])
async def test_rfc8417_4_5_another_type_is_no_event(typ: str | None) -> None:
    assert "another type" in await refusal(sign(claims(), typ=typ))


async def test_rfc8417_another_signature_is_refused() -> None:
    assert "signature" in await refusal(sign(claims(), OTHER_KEY, kid="first", typ="secevent+jwt"))


async def post(browser: Browser, body: str | bytes, content_type: str = POSTED) -> httpx2.Response:
    return await browser.client.post("/security-events", content=body, headers={"Content-Type": content_type})


async def test_rfc8935_2_2_a_good_event_is_acknowledged_and_shown_by_pseudonym(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        answer = await post(browser, sign(claims(iat=1, toe=1), typ="secevent+jwt"))
        assert (answer.status_code, answer.content) == (202, b"")
        page = (await browser.open("/events")).text
        assert 'id="events"' in page
        assert 'data-event="account-disabled"' in page
        assert "pairwise-subject" not in page


async def test_rfc8935_2_2_an_event_that_comes_again_is_acknowledged_and_counted_once(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        event = sign(claims(iat=1), typ="secevent+jwt")
        assert [(await post(browser, event)).status_code for _ in range(2)] == [202, 202]
        assert (await browser.open("/events")).text.count("data-event") == 1


@pytest.mark.parametrize(("event", "stays"), [(DISABLED, False), (PURGED, False), (IDENTIFIER, True)])
async def test_an_account_that_is_no_more_is_signed_out(tmp_path: Path, event: str, stays: bool) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        await post(browser, sign(claims(iat=1, events={event: {}}), typ="secevent+jwt"))
        assert ('id="signed-in"' in (await browser.open("/")).text) is stays


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("not.a.token", POSTED),
        (b"\xff\xfe", POSTED),
        ("x" * 20_000, POSTED),
        (token(), "application/json"),
        ("", POSTED),
    ],
)
async def test_rfc8935_2_3_anything_else_is_refused_in_json(
    tmp_path: Path, body: str | bytes, content_type: str
) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        answer = await post(browser, body, content_type)
        assert (answer.status_code, answer.json()["err"]) == (400, "invalid_request")
        assert "data-event" not in (await browser.open("/events")).text


async def test_a_portal_that_did_not_subscribe_has_no_address_for_events(tmp_path: Path) -> None:
    async with browser_at(JUSTICE, tmp_path) as browser:
        assert (await post(browser, token())).status_code == 404
        assert (await browser.open("/events")).status_code == 404


@pytest.mark.parametrize("locale", ["vi", "en"])
async def test_every_event_has_words_in_both_languages(tmp_path: Path, locale: str) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        for number, event in enumerate(EVENTS):
            await post(browser, sign(claims(iat=1, jti=str(number), events={event: {}}), typ="secevent+jwt"))
        page = (await browser.open(f"/events?lang={locale}")).text
        assert page.count("data-event") == len(EVENTS)
