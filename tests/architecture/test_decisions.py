"""The index of decisions says what the records say: their titles, and by which later one each was overtaken."""

import re
from pathlib import Path

from tests.support.running.servers import REPOSITORY

RECORDS = sorted((REPOSITORY / "docs" / "decisions").glob("[0-9]*.md"))
LATER = re.compile(r"\bby \[(\d+)\]\(([\w-]+\.md)\)")


def overtaken(record: Path) -> list[tuple[str, str]]:
    """Return number and file of each decision that the first line below the title names; of most records none."""
    line = record.read_text("utf-8").split("\n")[2]
    return LATER.findall(line) if line.startswith("Overtaken") else []


def row(record: Path) -> str:
    number, name = record.read_text("utf-8").split("\n")[0].removeprefix("# ").split(". ", 1)
    later = ", ".join(f"[{each}]({file})" for each, file in overtaken(record))
    return f"| {number} | [{name}]({record.name}) | {later} |"


def test_the_index_has_a_row_for_each_record_in_order() -> None:
    text = (REPOSITORY / "docs" / "decisions" / "README.md").read_text("utf-8")
    assert [line for line in text.splitlines() if re.match(r"\| \d", line)] == [row(record) for record in RECORDS]


def test_a_record_is_overtaken_by_a_later_one_under_its_own_number() -> None:
    named = [(int(record.name[:4]), int(number), file) for record in RECORDS for number, file in overtaken(record)]
    assert len(named) > 15
    assert [each for each in named if each[1] <= each[0] or int(each[2][:4]) != each[1]] == []
