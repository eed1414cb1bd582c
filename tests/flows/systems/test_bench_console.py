"""The bench of the console works from an empty folder to the table, and keeps what it loaded."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bench.console import REFUSED, UNKNOWN, measure_console, new_size
from bench.console_store import ConsoleStore
from idp.web.admin.routes import CONSOLE
from idp.web.admin_api.table import OPERATIONS

TINY = new_size(accounts=99, clients=44, events=3000)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own user can reach, which pytest's are not."""
    with TemporaryDirectory(prefix="idp-console-") as name:
        yield Path(name)


@pytest.mark.long
def test_every_page_answers_over_a_loaded_store_and_no_page_asks_for_each_row(folder: Path) -> None:
    said: list[str] = []
    lines = measure_console(TINY, folder, 1, said.append)
    measured = {line.title for line in lines if line.milliseconds}
    pages = {route.path for route in CONSOLE if "GET" in route.methods}
    operations = {one.full_path for one in OPERATIONS if one.method == "GET"}
    # A page of an object is measured once the tool knows such objects; until then its table says that it is not.
    assert {f"GET {path}" for path in pages | operations if "{" not in path} <= measured
    assert "GET /admin/clients/{name}" in measured
    assert {"GET /admin/people/{name}", "GET /admin/api/v1/people/lookups/{lookup}"} <= measured
    assert [(line.title, line.trouble) for line in lines if line.trouble not in {"", REFUSED, UNKNOWN}] == []
    assert [line.title for line in lines if line.trouble == UNKNOWN and "{" not in line.title] == []
    assert {line.who for line in lines if line.trouble == REFUSED} <= {"province"}
    assert [(line.who, line.title, line.statements) for line in lines if line.grows] == []
    assert "3,000 events" in said
    kept = ConsoleStore(folder).size
    assert kept is not None
    assert kept.same_as(TINY), "it is used again"
