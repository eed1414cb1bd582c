"""The page of the public transparency log: readable for everyone, in both languages, on a phone and at a desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.gallery import Gallery
from tests.flows.cli.operator import Operator
from tests.flows.cli.transparent import PublicLog, publish
from tests.support.browser import Visitor
from tests.support.running.provider import Provider

# Enough for a second leaf.
CLIENTS = 24
CHANGED = (
    "UPDATE transparency_entries SET leaf = 'x' WHERE entry_index = (SELECT max(entry_index) FROM transparency_entries)"
)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> PublicLog:
    """A store that has published a log."""
    folder = tmp_path_factory.mktemp("public-log")
    Operator(folder, f"sqlite+aiosqlite:///{folder}/idp.db").good("prepare", "--demo-accounts")
    return publish(folder, CLIENTS)


@pytest.fixture(scope="module")
def provider(log: PublicLog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with log.served(tmp_path_factory.mktemp("served")) as running:
        yield running


def test_the_page_and_its_older_entries(gallery: Gallery, provider: Provider) -> None:
    address = f"{provider.base()}/transparency"
    gallery.visit("transparency", address)
    gallery.visit("transparency-older", f"{address}?before=8")


def test_the_page_of_a_log_that_somebody_changed_and_before_there_is_a_checkpoint(
    gallery: Gallery, log: PublicLog, tmp_path: Path
) -> None:
    with log.served(tmp_path / "changed", CHANGED) as provider:
        gallery.visit("transparency-changed", f"{provider.base()}/transparency")
    with log.served(tmp_path / "young", "DELETE FROM transparency_heads") as provider:
        gallery.visit("transparency-young", f"{provider.base()}/transparency")


def test_a_person_comes_from_any_page_and_turns_the_leaves(visitor: Visitor, provider: Provider) -> None:
    visitor.open(f"{provider.base()}/sign-in")
    visitor.page.click("footer a[href='/transparency']")
    assert visitor.page.inner_text("h1") == "Nhật ký minh bạch"
    newest = int(visitor.page.inner_text("#size")) - 1

    def first() -> str | None:
        return visitor.page.locator("#entries > li").first.get_attribute("id")

    assert first() == f"entry-{newest}"
    visitor.page.click("#older")
    assert first() == f"entry-{newest - 20}"
    visitor.page.click("#newest")
    assert first() == f"entry-{newest}"
    visitor.page.click("#other-language")
    assert visitor.page.inner_text("h1") == "Transparency log"
