"""One running system and one Chromium for all browser tests; a fresh browser profile for each."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.gallery import Gallery
from tests.support.browser import CHROMIUM_ARGUMENTS, EmbeddedSystem, Visitor
from tests.support.servers import REPOSITORY, chromium_path

NewVisitor = Callable[[], Visitor]


# One for each file: limits on codes and tries count for a person and a network, and files would use up each other's.
@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedSystem]:
    with EmbeddedSystem(tmp_path_factory.mktemp("embedded") / "var") as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_visitor(system: EmbeddedSystem, chromium: Browser) -> Iterator[NewVisitor]:
    """Makes visitors with a browser profile of their own; at the end, none of them may have met a fault."""
    visitors: list[Visitor] = []

    def make() -> Visitor:
        context = chromium.new_context(locale="vi-VN", viewport={"width": 1280, "height": 900})
        visitors.append(Visitor(system, context))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.context.close()
    assert [visitor.faults for visitor in visitors if visitor.faults] == []


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    return new_visitor()


@pytest.fixture
def without_script(system: EmbeddedSystem, chromium: Browser) -> Iterator[Visitor]:
    visitor = Visitor(system, chromium.new_context(java_script_enabled=False, locale="vi-VN"))
    yield visitor
    visitor.context.close()
    assert visitor.faults == []


@pytest.fixture
def gallery(system: EmbeddedSystem, chromium: Browser) -> Iterator[Gallery]:
    folder = REPOSITORY / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    # Axe is put into the page as a script, which our pages forbid: this browser alone does not obey them.
    visitor = Visitor(system, chromium.new_context(bypass_csp=True, locale="vi-VN", reduced_motion="reduce"))
    yield Gallery(visitor, folder)
    visitor.context.close()
    assert visitor.faults == []
