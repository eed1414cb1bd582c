"""The first page stays short, and the registration that it shows is one that is accepted."""

import re
import textwrap
from datetime import UTC, datetime

from clients.file import parse_client_file
from tests.support.running.servers import REPOSITORY

TEXT = (REPOSITORY / "README.md").read_text("utf-8")
WORDS = 900


def test_it_is_read_in_five_minutes() -> None:
    assert len(TEXT.split()) < WORDS


def test_the_registration_that_it_shows_is_accepted() -> None:
    (shown,) = re.findall(r"```yaml\n(.+?)```", TEXT, re.DOTALL)
    (entry,) = parse_client_file(textwrap.dedent(shown).encode(), datetime(2026, 12, 1, tzinfo=UTC))
    assert entry.client.client_id == "cong-dvc-tinh"
    assert len(textwrap.dedent(shown).strip().splitlines()) <= 10
