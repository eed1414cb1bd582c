"""Every sample page in both languages, byte for byte: only a digest is kept."""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from idp.kernel.locales import LOCALES
from tests.unit.held.snapshots import hold
from tests.unit.web_pages.samples import every as samples
from tests.unit.web_pages.shown import NONCE, pages_with, site_pages


def test_every_page_is_as_it_was() -> None:
    hold("pages", digests())


def digests() -> Iterator[str]:
    places: Counter[str] = Counter()
    for page in pages_with(samples.PLAIN):
        places[page.template] += 1
        for locale in LOCALES:
            digest = sha256(site_pages().render(page, locale, NONCE)).hexdigest()[:20]
            yield f"{page.template} {places[page.template]} {locale} {digest}"
