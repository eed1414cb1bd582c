"""Each page in both languages and at two widths: no accessibility violation, no sideways scrolling, one picture."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.support.browser import Visitor

# A small phone and a desk.
WIDTHS = (390, 1280)
LANGUAGES = ("vi", "en")
_HEIGHT = 900
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class Gallery:
    """Takes pages in. Its visitor's browser lets axe-core in past the pages' own content policy."""

    visitor: Visitor
    folder: Path

    def visit(self, name: str, address: str) -> None:
        """Take in a page that its address alone shows, in both languages."""
        for language in LANGUAGES:
            self.visitor.open(in_language(address, language))
            self.take(f"{name}-{language}", self.visitor.page)

    def take(self, name: str, page: Page) -> None:
        """Take in a page as it stands."""
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": _HEIGHT})
            page.screenshot(path=self.folder / f"{name}-{width}.png", full_page=True)
            assert page.evaluate(_SIDEWAYS) <= 0, f"{name} scrolls sideways at {width} pixels"
            found = violations(page)
            assert not found, f"{name} at {width} pixels: {found}"


def violations(page: Page) -> list[str]:
    """Return what axe-core finds, each with the rule and the elements it concerns."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']]}" for rule in found]


def in_language(address: str, language: str) -> str:
    parts = urlsplit(address)
    query = {**dict(parse_qsl(parts.query)), "lang": language}
    return parts._replace(query=urlencode(query)).geturl()
