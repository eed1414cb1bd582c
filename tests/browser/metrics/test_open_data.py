"""The page of open data: readable for everyone, in both languages, on a phone and at a desk."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from clients.model import ClientId
from tests.browser.gallery import Gallery
from tests.flows.cli.operator import Operator, entry
from tests.flows.cli.transparent import tamper
from tests.support.browser import PATIENCE, Visitor
from tests.support.running.provider import Provider

INSERT = "INSERT INTO quality_counts VALUES (?, 'completion', ?, 'filing', 'passkey', 'sign_in', '', 4, ?)"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """A provider whose last days have numbers: many of one portal, few of another."""
    folder = tmp_path_factory.mktemp("open-data")
    operator = Operator(folder, f"sqlite+aiosqlite:///{folder}/idp.db")
    operator.good("prepare", "--demo-accounts")
    operator.good("clients", "apply", operator.client_file(entry(ClientId("tinh-0")), entry(ClientId("tinh-1"))))
    for client_id, amount in (("tinh-0", 40), ("tinh-1", 3)):
        for days in range(3):
            hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=days)
            tamper(folder, INSERT, parameters=(round(hour.timestamp()) * 1_000_000, client_id, amount))
    with Provider(folder, f"sqlite+aiosqlite:///{folder}/idp.db") as running:
        yield running


def test_the_page_with_numbers(gallery: Gallery, provider: Provider) -> None:
    gallery.visit("open-data", f"{provider.base()}/open-data")


def test_a_person_comes_from_any_page_and_finds_the_files(visitor: Visitor, provider: Provider) -> None:
    visitor.open(f"{provider.base()}/sign-in")
    visitor.page.click("footer a[href='/open-data']")
    assert visitor.page.inner_text("h1") == "Dữ liệu mở về đăng nhập"
    assert "40" in visitor.page.inner_text("#clients")
    assert "3" not in visitor.page.locator("#clients li", has_text="tinh-1").locator("dl").inner_text()
    first = visitor.page.locator("#files a").first.get_attribute("href")
    reported = httpx2.get(f"{provider.base()}{first}", timeout=PATIENCE.total_seconds())
    assert reported.headers["content-type"].startswith("text/csv")
    visitor.page.click("#other-language")
    assert visitor.page.inner_text("h1") == "Open data on signing in"
