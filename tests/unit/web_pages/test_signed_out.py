"""The last page of a session: whom the browser tells, how far a portal's page may go in its frame, and the way on."""

import pytest

from idp.kernel.locales import LOCALES, Locale
from idp.web.sessions.pages import FrameEntry, SignedOutPage
from records.structs import replace
from tests.unit.web_pages.document import Document
from tests.unit.web_pages.samples import every as samples
from tests.unit.web_pages.shown import read, site_pages

FRAMES = (
    FrameEntry(name="Cổng một", address="https://mot.example/out?iss=a&sid=b"),
    FrameEntry(name="Cổng hai", address="https://hai.example/out?iss=a&sid=c"),
)
BACK = "https://mot.example/bye?state=%27a%22b%3Cc%3E%26"
SCRIPT = site_pages().assets.url("signed_out.js")


def leaving(continue_url: str | None = BACK, frames: tuple[FrameEntry, ...] = FRAMES) -> SignedOutPage:
    page = replace(samples.signed_out_page(), frames=frames, rate_url=None)
    return replace(page, continue_url=continue_url, continue_to="Cổng một")


def scripts(document: Document) -> list[str]:
    return [script.attributes["src"] for script in document.all("script")]


def test_front_channel_logout_3_each_address_is_loaded_in_a_frame_that_can_do_no_more_than_sign_out() -> None:
    frames = read(leaving()).all("iframe")
    assert [frame.attributes["src"] for frame in frames] == [one.address for one in FRAMES]
    for frame in frames:
        # No forms, no windows, no way to send the whole page elsewhere.
        assert frame.attributes["sandbox"] == "allow-scripts allow-same-origin"
        assert frame.attributes["referrerpolicy"] == "no-referrer"
        assert "hidden" in frame.attributes
        assert "allow" not in frame.attributes


@pytest.mark.parametrize("locale", LOCALES)
def test_the_page_names_whom_the_browser_tells_and_promises_nothing(locale: Locale) -> None:
    document = read(leaving(), locale)
    assert document.by_id("told-by-browser").text == "Cổng một Cổng hai"
    words = {"vi": "không biết được", "en": "cannot see whether"}[locale]
    assert any(words in element.text for element in document.all("p"))


def test_it_goes_on_by_script_by_refresh_without_one_and_by_a_link_in_any_case() -> None:
    document = read(leaving())
    assert document.by_id("continue").attributes["href"] == BACK
    order = [one.tag for one in document.elements if one.tag in {"noscript", "script", "iframe"}]
    # The script is there before the first frame can have loaded.
    assert order == ["noscript", "script", "iframe", "iframe"]
    assert scripts(document) == [SCRIPT]
    (refresh,) = [meta for meta in document.all("meta") if meta.attributes.get("http-equiv") == "refresh"]
    assert refresh.attributes["content"] == f"5; url={BACK}"


def test_who_is_sent_nowhere_stays_and_the_script_is_not_loaded() -> None:
    document = read(leaving(continue_url=None))
    assert scripts(document) == []
    assert "continue" not in document.ids()
    assert document.all("noscript") == []
    assert len(document.all("iframe")) == len(FRAMES)


def test_or_1_no_address_breaks_out_of_the_page() -> None:
    hostile = 'https://mot.example/?x="><script>alert(1)</script>'
    document = read(leaving(hostile, (FrameEntry(name="<b>", address=hostile),)))
    assert document.by_id("continue").attributes["href"] == hostile
    assert document.all("iframe")[0].attributes["src"] == hostile
    assert scripts(document) == [SCRIPT]


def test_who_was_left_out_is_named() -> None:
    document = read(replace(leaving(), left_out=("Cổng ba",)))
    assert document.by_id("not-told").text == "Cổng ba"
    assert "not-told" not in read(replace(leaving(), left_out=())).ids()
