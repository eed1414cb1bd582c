"""The portals' pages: both languages, hostile values, names and pseudonyms."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portals.relying_party.config import FEEDBACK, JUSTICE, NATIONAL, PORTALS, Locale, Portal
from portals.relying_party.pages import ErrorPage, HomePage, Page, Pages, SignedOutPage, load_texts, pseudonym
from portals.relying_party.sessions import Purpose, SignedIn
from tests.support.every import for_each
from tests.unit.portals.plain_provider import browser_at
from tests.unit.portals.signing import NOW, id_claims

HOSTILE = '"><script>alert(1)</script>&'


def person(name: str, purpose: Purpose = "sign-in", **claims: object) -> SignedIn:
    return SignedIn(
        purpose=purpose,
        nonce="n",
        id_token="token",
        id_claims=id_claims(**claims),
        userinfo={"sub": "pairwise-subject", "name": name},
        access_token="access",
        access_expires_at=NOW + timedelta(minutes=5),
        refresh_token="refresh",
    )


PAGES: tuple[Page, ...] = (
    HomePage(None),
    HomePage(person(HOSTILE, acr=HOSTILE)),
    SignedOutPage(everywhere=True),
    SignedOutPage(everywhere=False),
    ErrorPage("access_denied"),
    ErrorPage("something_new"),
)


pages_of = cache(Pages)


class Outline(HTMLParser):
    """What matters of a page's structure."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes.extend((tag, name, value) for name, value in attrs)


def every_case() -> Iterator[tuple[Page, Portal, Locale]]:
    locales: tuple[Locale, ...] = ("vi", "en")
    return product(PAGES, PORTALS, locales)


@for_each(every_case, lambda page, portal, locale: f"{type(page).__name__} of {portal.client_id} in {locale}")
def test_every_page_is_plain_and_safe(page: Page, portal: Portal, locale: Locale) -> None:
    outline = Outline(pages_of(portal).render(page, locale))
    names = [name for _, name, _ in outline.attributes]
    ids = Counter(value for _, name, value in outline.attributes if name == "id")
    assert outline.tags["h1"] == 1
    assert ("html", "lang", locale) in outline.attributes
    assert not outline.tags.keys() & {"script", "style", "iframe", "form"}
    assert "style" not in names
    assert not any(name.startswith("on") for name in names)
    assert max(ids.values()) == 1


def test_values_are_escaped() -> None:
    html = Pages(NATIONAL).render(HomePage(person(HOSTILE)), "vi")
    assert "<script" not in html
    assert "&#34;&gt;&lt;script&gt;" in html


def test_every_text_is_there_in_both_languages() -> None:
    for key, text in load_texts().items():
        assert set(text) == {"vi", "en"}, key
        placeholders = [re.findall(r"\{\w*\}", text[locale]) for locale in ("vi", "en")]
        assert placeholders[0] == placeholders[1], key


def test_no_text_is_unused_and_none_is_missing() -> None:
    templates = files("portals.relying_party") / "templates"
    sources = [path.read_text(encoding="utf-8") for path in templates.iterdir() if path.name.endswith(".html")]
    calls = re.findall(r"text\(([^)]*)\)", "".join(sources))
    used = {key for call in calls for key in re.findall(r'"(\w+)"', call)}
    in_code = {"pseudonym", "level_unknown", "acting_for_self", "assisted_by"}
    assert used | in_code == {key for key in load_texts() if not re.match(r"error_(?!title|code|retry)|event_", key)}


def test_an_unknown_error_gets_the_general_help() -> None:
    html = Pages(NATIONAL).render(ErrorPage("something_new"), "en")
    assert '<code id="error-code">something_new</code>' in html
    assert load_texts()["error_other"]["en"] in html


@pytest.mark.parametrize("purpose", ["sign-in", "silent", "step-up"])
def test_the_feedback_portal_hides_a_name_that_arrives_unasked(purpose: Purpose) -> None:
    pages = Pages(FEEDBACK)
    html = pages.render(HomePage(person("Nguyễn Văn Bình", purpose)), "en")
    assert f'<span id="signed-in">Sender {pseudonym("pairwise-subject")}</span>' in html


def test_a_person_without_a_name_claim_gets_a_pseudonym() -> None:
    assert Pages(NATIONAL).display_name(person(""), "en").startswith("Sender ")


@given(st.text(min_size=1))
def test_a_pseudonym_is_short_readable_and_always_the_same(subject: str) -> None:
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", pseudonym(subject))
    assert pseudonym(subject) == pseudonym(subject)


def test_pseudonyms_of_different_people_differ() -> None:
    assert len({pseudonym(f"person-{number}") for number in range(2000)}) == 2000


def test_links_to_silent_portals_arrive_signed_in_only_from_a_signed_in_page() -> None:
    pages = Pages(NATIONAL)
    arrival = f'href="{JUSTICE.origin}/login?prompt=none"'
    assert arrival in pages.render(HomePage(person("Nguyễn Văn Bình")), "vi")
    assert arrival not in pages.render(HomePage(None), "vi")


def test_links_to_other_portals_take_the_chosen_language_along() -> None:
    pages, signed_in = Pages(NATIONAL), HomePage(person("Nguyễn Văn Bình"))
    assert f'href="{JUSTICE.origin}/login?prompt=none&amp;lang=en"' in pages.render(signed_in, "en")
    assert f'href="{JUSTICE.origin}/?lang=en"' in pages.render(HomePage(None), "en")


def test_times_are_vietnamese() -> None:
    assert ">15:05:00 02/11/2026<" in Pages(NATIONAL).render(HomePage(person("Nguyễn Văn Bình")), "vi")


async def test_the_chosen_language_stays_and_goes_to_the_provider(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        assert '<html lang="vi">' in (await browser.open("/")).text
        assert '<html lang="en">' in (await browser.open("/?lang=en")).text
        assert '<html lang="en">' in (await browser.open("/")).text
        await browser.sign_in()
        assert browser.provider.requests[0]["ui_locales"] == "en"


async def test_the_chosen_language_survives_the_silent_try(tmp_path: Path) -> None:
    async with browser_at(JUSTICE, tmp_path) as browser:
        first = await browser.open("/?lang=en")
        await browser.sign_in(first.headers["location"], error="login_required")
        assert '<html lang="en">' in (await browser.open("/")).text


async def test_a_portal_reached_through_a_link_in_english_stays_english(tmp_path: Path) -> None:
    async with browser_at(JUSTICE, tmp_path) as browser:
        await browser.sign_in("/login?prompt=none&lang=en")
        assert '<html lang="en">' in (await browser.open("/")).text


async def test_without_a_choice_the_provider_chooses_the_language(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.open("/?lang=fr")
        await browser.sign_in()
        assert "ui_locales" not in browser.provider.requests[0]


async def test_every_answer_has_the_security_headers(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        for path in ("/", "/login", "/callback", "/nowhere", "/signed-out"):
            headers = (await browser.open(path)).headers
            assert "default-src 'none'" in headers["content-security-policy"], path
            assert "frame-ancestors 'none'" in headers["content-security-policy"], path
            assert (headers["referrer-policy"], headers["x-content-type-options"]) == ("no-referrer", "nosniff"), path
            assert headers["cache-control"] == "no-store", path


async def test_the_stylesheet_has_the_portals_colours_and_may_be_kept(tmp_path: Path) -> None:
    async with browser_at(JUSTICE, tmp_path) as browser:
        style = await browser.open("/style.css")
        assert style.headers["content-type"].startswith("text/css")
        assert style.headers["cache-control"] == "max-age=300"
        assert f"--accent: {JUSTICE.colours.accent};" in style.text
