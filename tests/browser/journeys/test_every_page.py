"""Every page of ours with data in every field, errors and all: states that a person needs days or a fault to reach."""

from functools import lru_cache

import pytest

from idp.kernel.locales import LOCALES
from idp.web.http.page import Page
from idp.web.http.rendering import Pages
from idp.web.routes import TABLE
from portals.simulator.people import BY_NUMBER
from tests.browser.gallery import Gallery, looked_through
from tests.unit.web_pages.samples import every as samples

# The longest name of the demonstration people, where a person, a portal or a client could put a text.
NAME = BY_NUMBER["046999000021"].full_name
# Shares of one size for the processes that run tests.
SHARES = 12


@lru_cache
def every_page() -> tuple[tuple[str, Page], ...]:
    """Return the pages, each with a name of its own."""
    pages = enumerate(samples.every_page(NAME))
    return tuple(
        (f"sample-{number:03}-{page.template.removesuffix('.html').replace('/', '-')}", page) for number, page in pages
    )


@pytest.mark.parametrize("share", range(SHARES))
def test_wcag_every_page_in_both_languages_at_two_widths(gallery: Gallery, share: int) -> None:
    """The page is put in the place of one of the provider's; its style sheet and scripts are the provider's own."""
    page, renderer, faults = gallery.visitor.page, Pages(samples.SITE, TABLE), list[str]()
    address = gallery.visitor.system.provider("/status")
    gallery.visitor.open(address)
    # The one script that would leave the page at once.
    page.route("**/static/form_post.*.js", lambda route: route.abort())
    for name, sample in every_page()[share::SHARES]:
        for locale in LOCALES:
            page.set_content(renderer.render(sample, locale, "nonce").decode())
            faults.extend(gallery.faults(f"{name}-{locale}", page, looked_through(locale)))
            assert (page.url, page.get_attribute("html", "lang")) == (address, locale), name
    assert faults == [], "\n".join(faults)
