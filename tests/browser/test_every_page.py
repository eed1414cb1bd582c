"""Every page of ours with data in every field, errors and all: states that a person needs days or a fault to reach."""

import pytest
from playwright.sync_api import Route

from idp.kernel.locales import LOCALES, Locale
from idp.web.pages.base import Page
from idp.web.rendering import Pages
from portals.simulator.people import BY_NUMBER
from tests.browser.gallery import Gallery
from tests.unit.web_pages import samples

# The longest name of the demonstration people, where a person, a portal or a client could put a text.
NAME = BY_NUMBER["046999000021"].full_name
PAGES = Pages(samples.SITE)
SAMPLES = tuple(enumerate(samples.every_page(NAME)))


def name_of(numbered: tuple[int, Page]) -> str:
    number, page = numbered
    return f"sample-{number:02}-{page.template.removesuffix('.html').replace('/', '-')}"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("numbered", SAMPLES, ids=name_of)
def test_wcag_every_page_in_both_languages_at_two_widths(
    gallery: Gallery, numbered: tuple[int, Page], locale: Locale
) -> None:
    """The page is put where the provider would answer; its style sheet and scripts are the provider's own."""
    visitor, html = gallery.visitor, PAGES.render(numbered[1], locale, "nonce").decode()
    address = visitor.system.provider("/sample")

    def answer(route: Route) -> None:
        if route.request.url == address:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif route.request.url.startswith(visitor.system.provider("/")):
            route.continue_()
        else:
            # A logo of a client: tests reach nobody outside.
            route.abort()

    visitor.page.route("**/*", answer)
    visitor.open(address)
    gallery.take(f"{name_of(numbered)}-{locale}", visitor.page)
