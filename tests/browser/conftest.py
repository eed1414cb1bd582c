"""One running system and one Chromium for all browser tests; a fresh browser profile for each."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.gallery import Gallery
from tests.browser.store import store_of
from tests.support.browser import CHROMIUM_ARGUMENTS, EmbeddedSystem, Visitor
from tests.support.chromium import chromium_path
from tests.support.patience import patient
from tests.support.running.provider import Citizen
from tests.support.running.servers import REPOSITORY

NewVisitor = Callable[[], Visitor]


@pytest.fixture(scope="session")
def shared_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedSystem]:
    """The system of every file that leaves it as it was; a start costs as much as ten tests."""
    with EmbeddedSystem(tmp_path_factory.mktemp("embedded") / "var") as running:
        yield running


@pytest.fixture(scope="session")
def opened() -> set[Citizen]:
    """Who has an account in the shared system: a process may come back to a file that it left."""
    return set()


@pytest.fixture(scope="module")
def system(
    request: pytest.FixtureRequest, opened: set[Citizen], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EmbeddedSystem]:
    """The running system, with the accounts of a file's `CITIZENS`.

    Limits on codes and tries count for a person and a phone: no two files use the same. A file that others could not
    come after says why in `OWN_SYSTEM` and has one of its own.
    """
    citizens: set[Citizen] = set(getattr(request.module, "CITIZENS", ()))
    if getattr(request.module, "OWN_SYSTEM", ""):
        with EmbeddedSystem(tmp_path_factory.mktemp("embedded") / "var") as own:
            store_of(own).open_accounts(list(citizens))
            yield own
    else:
        shared: EmbeddedSystem = request.getfixturevalue("shared_system")
        if citizens - opened:
            store_of(shared).open_accounts(list(citizens - opened))
            opened |= citizens
        yield shared


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS, timeout=patient(30) * 1000
        )
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
    # Axe is put into the page as a script, which our pages forbid: this browser alone does not obey them.
    visitor = Visitor(system, chromium.new_context(bypass_csp=True, locale="vi-VN", reduced_motion="reduce"))
    yield Gallery(visitor, REPOSITORY / "var" / "screenshots")
    visitor.context.close()
    assert visitor.faults == []
