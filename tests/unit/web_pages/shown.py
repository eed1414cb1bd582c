"""The sample pages as a browser reads them: rendered once for each language, however many rules are held over them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from idp.kernel.locales import LOCALES, Locale
from idp.web.http.page import Page
from idp.web.http.rendering import Pages
from idp.web.routes import TABLE
from tests.support.every import for_each
from tests.unit.web_pages.document import Document
from tests.unit.web_pages.samples import every as samples

NONCE = "nonce-1"


@cache
def site_pages() -> Pages:
    """Return the pages of the sample site; all templates are compiled by this."""
    return Pages(samples.SITE, TABLE)


def read(page: Page, locale: Locale = "vi") -> Document:
    """Render a page of a test's own."""
    return Document(site_pages().render(page, locale, NONCE))


@cache
def pages_with(text: str) -> tuple[Page, ...]:
    """Return every sample page, built around one text."""
    return tuple(samples.every_page(text))


@cache
def _document(number: int, text: str, locale: Locale) -> Document:
    return read(pages_with(text)[number], locale)


@dataclass(frozen=True, slots=True)
class Sample:
    """One page of each kind, by its place among all of them."""

    number: int

    @property
    def page(self) -> Page:
        return pages_with(samples.PLAIN)[self.number]

    def read(self, locale: Locale = "vi", text: str = samples.PLAIN) -> Document:
        """Return the page as it is read in one language, with `text` wherever somebody could put one."""
        return _document(self.number, text, locale)


def _samples() -> Iterator[tuple[Sample]]:
    return ((Sample(number),) for number in range(len(pages_with(samples.PLAIN))))


def _in_every_language() -> Iterator[tuple[Sample, Locale]]:
    return ((sample, locale) for (sample,) in _samples() for locale in LOCALES)


def _name(sample: Sample, *locales: Locale) -> str:
    return " ".join([sample.page.template, *locales])


# Each makes of a rule about one page a test of all pages that tells every page which breaks it.
every_page = for_each(_samples, _name)
every_page_in_every_language = for_each(_in_every_language, _name)
