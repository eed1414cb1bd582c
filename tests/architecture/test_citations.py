"""What documents, comments and docstrings refer to is in the repository: files, headings, numbered sections, cases."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source_tree import repository_files
from tests.support.running.servers import REPOSITORY

READ = frozenset({".md", ".py", ".yaml", ".html", ".toml", ".service", ".conf", ".example", ".js", ".css", ""})
LINK = re.compile(r"\]\((?!https?:|mailto:|<)(?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (?P<words>.+)$", re.MULTILINE)
DOCUMENT = re.compile(r"\bdocs/[\w./-]*\w")
# A file's name, and the number of a section: "vietnam.md 7.2", "vietnam.md section 11, 12.1".
NAMED = re.compile(
    r"(?P<name>[\w./-]*\w\.md)\b(?P<sections>`? (?:sections? )?\d+(?:\.\d+)*(?:(?:, | and )\d+(?:\.\d+)*)*)?"
)
PATH = re.compile(r"`((?:idp|tests|clients|keys|records|portals|bench|migrations|deploy)/[\w./{},*-]+)`")
BRACES = re.compile(r"\{([^{}]*)\}")
CASE = re.compile(r"\b(?:AL|BF|CA|CR|DS|EN|HC|JW|LO|MF|OR|RC|SE|SS)-\d+\b")
# Invariants, what is asked after a fault, and faults: in comments and docstrings of Python only.
NUMBERED = re.compile(r"(?<![\w./'=-])[INF][1-9]\d?(?![\w.])")
CASES = "docs/reference/cases.md"
# Written by a run of the benchmark, and never committed.
WRITTEN = frozenset({"results/partial.md"})


@cache
def texts() -> dict[str, str]:
    """Every file that people read, by its path; what tests keep for comparison only is not among them."""
    found = (path for path in repository_files() if path.suffix in READ and "snapshots" not in path.parts)
    own = Path(__file__)
    ours = (path for path in found if path != own and not path.is_symlink())
    return {str(path.relative_to(REPOSITORY)): path.read_text("utf-8") for path in ours}


def exists(path: Path) -> bool:
    return path.resolve().is_relative_to(REPOSITORY) and path.exists()


@cache
def anchors(path: Path) -> frozenset[str]:
    """Return what a heading is called in an address, as code hosts make it."""
    words = (match["words"].lower().replace("`", "") for match in HEADING.finditer(path.read_text("utf-8")))
    return frozenset(re.sub(r"[^\w\- ]", "", each).replace(" ", "-") for each in words)


def broken_links(name: str, text: str) -> Iterator[str]:
    for match in LINK.finditer(text):
        file, _, anchor = match["target"].partition("#")
        target = (REPOSITORY / name).parent / file if file else REPOSITORY / name
        if not exists(target) or (anchor and anchor not in anchors(target.resolve())):
            yield f"{name}: {match['target']}"


def test_every_link_of_a_document_leads_to_a_file_and_a_heading_of_the_repository() -> None:
    documents = {name: text for name, text in texts().items() if name.endswith(".md")}
    assert sum(len(LINK.findall(text)) for text in documents.values()) > 100
    assert [link for name, text in documents.items() for link in broken_links(name, text)] == []


def test_every_document_that_is_named_by_its_path_is_there() -> None:
    named = {(name, found) for name, text in texts().items() for found in DOCUMENT.findall(text)}
    # A decision may be named by its number alone.
    broken = [(name, path) for name, path in named if not any(REPOSITORY.glob(f"{path}*"))]
    assert len(named) > 50
    assert sorted(broken) == []


def spelt_out(path: str) -> list[str]:
    """Return the paths that braces stand for: `a/{b,c}.py` is two."""
    found = BRACES.search(path)
    if not found:
        return [path]
    parts = [path[: found.start()] + part + path[found.end() :] for part in found[1].split(",")]
    return [each for part in parts for each in spelt_out(part)]


def test_every_file_that_a_document_names_by_its_path_is_there() -> None:
    documents = [(name, text) for name, text in texts().items() if name.endswith(".md")]
    named = [(name, each) for name, text in documents for path in PATH.findall(text) for each in spelt_out(path)]
    assert len(named) > 500
    assert [(name, path) for name, path in named if not any(REPOSITORY.glob(path.rstrip("/")))] == []


def homes(citing: str, name: str) -> list[Path]:
    """Return the files that a name may mean: beside the citing one, from the top, or the only one of that name."""
    direct = [path for path in ((REPOSITORY / citing).parent / name, REPOSITORY / name) if exists(path)]
    return direct[:1] or [path for path in repository_files() if str(path).endswith(f"/{name}") and path.is_file()]


def numbers(path: Path) -> set[str]:
    headings = (match["words"].split()[0].rstrip(".") for match in HEADING.finditer(path.read_text("utf-8")))
    return {word for word in headings if word[0].isdigit()}


def unresolved(citing: str, text: str) -> Iterator[str]:
    for match in NAMED.finditer(text):
        if match["name"] in WRITTEN:
            continue
        found = homes(citing, match["name"])
        wanted = re.findall(r"\d+(?:\.\d+)*", match["sections"] or "")
        if len(found) != 1 or not numbers(found[0]).issuperset(wanted):
            yield f"{citing}: {match[0]}"


def test_every_document_and_section_that_is_cited_is_in_the_repository() -> None:
    assert [cited for name, text in texts().items() for cited in unresolved(name, text)] == []


@pytest.mark.parametrize("cited", ["nowhere.md", "vietnam.md 99.1", "architecture.md section 5", "vietnam.md 7.2, 99"])
def test_a_citation_that_leads_nowhere_is_found(cited: str) -> None:
    assert list(unresolved("idp/example.py", f"# As {cited} says.")) == [f"idp/example.py: {cited}"]


def test_every_case_that_is_named_has_one_row_and_every_row_is_named() -> None:
    rows = re.findall(rf"^\| ({CASE.pattern}) \|", texts()[CASES], re.MULTILINE)
    named = {case for name, text in texts().items() if name != CASES for case in CASE.findall(text)}
    assert len(rows) == len(set(rows))
    assert named ^ set(rows) == set()


def test_every_invariant_and_fault_that_is_named_has_one_row_and_every_row_is_named() -> None:
    rows = re.findall(rf"^\| ({NUMBERED.pattern}) \|", texts()[CASES], re.MULTILINE)
    named = {each for name, text in texts().items() if name.endswith(".py") for each in NUMBERED.findall(text)}
    assert len(rows) == len(set(rows)) > 15
    assert named ^ set(rows) == set()
