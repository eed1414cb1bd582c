"""The index of specifications tells the truth: files cite the sections, tests exist, nothing cited is left out."""

import re
from functools import cache
from pathlib import Path

from tests.support.every import for_each

ROOT = Path(__file__).resolve().parents[3]
ROW = re.compile(
    r"^\| (?P<section>[^|]+) \| [^|]+ \| `(?P<file>[^`]+)` \| `(?P<test>[^`]+)`<br>`(?P<name>\w+)` \|$", re.MULTILINE
)
NAMES = "|".join(
    (
        r"RFC \d{4}",
        "Fetch",
        "OIDC Core",
        "OIDC Discovery",
        "OIDC Registration",
        "RP-Initiated Logout",
        "Back-Channel Logout",
        "Front-Channel Logout",
        "Session Management",
        "Prompt Create",
        "OpenID Identity Assurance",
        r"FAPI 2\.0 Message Signing",
        r"FAPI 2\.0",
        "FAPI-CIBA",
        "CIBA",
        r"OAuth 2\.0 Multiple Response Types",
        r"OAuth 2\.0 Form Post Response Mode",
        "JARM",
    )
)
# Sections that follow the first after a comma belong to the same document: "OIDC Core 2, 3.1.3.6".
CITED = re.compile(rf"(?P<name>{NAMES})(?P<sections> (?!1\.0)\d+(?:\.\d+)*(?:, \d+(?:\.\d+)+)*)")
ROWS = [match.groupdict() for match in ROW.finditer((ROOT / "docs/specs.md").read_text())]


@cache
def text_of(path: Path) -> str:
    return path.read_text()


@cache
def cited_in(path: Path) -> frozenset[str]:
    found = CITED.finditer(text_of(path))
    return frozenset(f"{hit['name']} {section.strip()}" for hit in found for section in hit["sections"].split(","))


@for_each(lambda: ((row,) for row in ROWS), lambda row: str(row["section"]))
def test_the_file_of_a_row_cites_its_section_and_its_test_exists(row: dict[str, str]) -> None:
    assert row["section"] in cited_in(ROOT / row["file"])
    assert re.search(rf"^(?:async )?def {row['name']}\(", text_of(ROOT / row["test"]), re.MULTILINE)


def test_every_section_that_the_protocol_package_cites_has_a_row() -> None:
    cited = {section for path in (ROOT / "idp/protocol").rglob("*.py") for section in cited_in(path)}
    assert sorted(cited - {row["section"] for row in ROWS}) == []


def test_every_section_has_one_row() -> None:
    sections = [row["section"] for row in ROWS]
    assert len(sections) > 50
    assert sorted(sections) == sorted(set(sections))
