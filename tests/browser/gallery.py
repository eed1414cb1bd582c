"""Each page in both languages and at two widths: no accessibility violation, no sideways scrolling; what fails is kept.

A page that fails leaves its picture in var/screenshots. `TEST_GALLERY=1` keeps one of every page.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import axe_playwright_python
from msgspec import Struct
from playwright.sync_api import Page

from tests.support.browser import Visitor
from tests.support.extent import FULL

# A small phone and a desk.
PHONE, DESK = WIDTHS = (390, 1280)
LANGUAGES = ("vi", "en")
# A journey is made in the first; `test_every_page.py` looks through each of the pages in both, whatever the form.
JOURNEY_LANGUAGES = LANGUAGES if FULL else LANGUAGES[:1]
KEEPS_ALL = os.environ.get("TEST_GALLERY", "") == "1"
_HEIGHT = 900
_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_HAS_AXE = "typeof axe !== 'undefined'"
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Only what is wrong comes back: what passed is many times as long.
# Nothing is loaded again: only the rules on sound ask for it.
_VIOLATIONS = "axe.run(document, {resultTypes: ['violations'], preload: false}).then(results => results.violations)"


class Gallery(Struct, frozen=True):
    """Takes pages in. Its visitor's browser lets axe-core in past the pages' own content policy."""

    visitor: Visitor
    folder: Path

    def visit(self, name: str, address: str) -> None:
        """Take in a page that its address alone shows: a demonstration's in both languages, others as journeys do."""
        for language in LANGUAGES if self._is_demonstration(address) else JOURNEY_LANGUAGES:
            self.visitor.open(in_language(address, language))
            self.take(f"{name}-{language}", self.visitor.page)

    def take(self, name: str, page: Page) -> None:
        """Take in a page as it stands on a journey.

        axe-core reads each of the provider's pages in `test_every_page.py`, so that here it reads only others.
        """
        page.wait_for_load_state()
        read = WIDTHS if FULL else (PHONE,) if self._is_demonstration(page.url) else ()
        faults = self.faults(name, page, read)
        assert not faults, "\n".join(faults)

    def _is_demonstration(self, address: str) -> bool:
        """Say whether a page is a portal's, the simulator's or the inbox's, or nobody's."""
        _provider, *others = self.visitor.system.layout.addresses
        return not address.startswith("http") or any(address.startswith(f"{one.url}/") for one in others)

    def faults(self, name: str, page: Page, read_at: Sequence[int]) -> list[str]:
        """Return what is wrong with a loaded page, at each width; axe-core reads it at these."""
        return [fault for width in WIDTHS for fault in self._faults_at(width, name, page, width in read_at)]

    def _faults_at(self, width: int, name: str, page: Page, is_read: bool) -> list[str]:
        page.set_viewport_size({"width": width, "height": _HEIGHT})
        faults = [f"{name} scrolls sideways at {width} pixels"] if page.evaluate(_SIDEWAYS) > 0 else []
        if is_read:
            faults.extend(f"{name} at {width} pixels: {found}" for found in violations(page))
        if faults or KEEPS_ALL:
            self.folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=self.folder / f"{name}-{width}.png", full_page=True)
        return faults


def looked_through(language: str) -> Sequence[int]:
    """Return the widths at which axe-core reads every page: a phone's in each language, a desk's in the first."""
    return WIDTHS if FULL or language != LANGUAGES[1] else (PHONE,)


def violations(page: Page) -> list[str]:
    """Return what axe-core finds, each with the rule and the elements it concerns."""
    if not page.evaluate(_HAS_AXE):
        page.evaluate(_AXE)
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']]}" for rule in page.evaluate(_VIOLATIONS)]


def in_language(address: str, language: str) -> str:
    parts = urlsplit(address)
    query = {**dict(parse_qsl(parts.query)), "lang": language}
    return parts._replace(query=urlencode(query)).geturl()
