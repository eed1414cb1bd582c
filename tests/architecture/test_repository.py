"""What the repository may contain: known names, nothing of one machine, honest tests, a lock that fits."""

import ast
import os
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from migrations.runner import head
from tests.architecture.source_tree import PRODUCT, modules, repository_files
from tests.support.running.servers import REPOSITORY

# What `make run` installs, and everything; the second has the first in it.
LOCKS = ("requirements.lock", "requirements-dev.lock")
TOP_LEVEL = frozenset(
    {".ci", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile"}
    | {"README.md", "SECURITY.md", "bench", "deploy", "docs", "migrations", "pyproject.toml"}
    | set(LOCKS)
    | set(PRODUCT)
    | {"tests"}
)
BINARY = frozenset({".png", ".jpg", ".ico", ".woff2"})
# Written in pieces, so that this file does not contain what it looks for.
MACHINE = re.compile("|".join((r"(?<![\w.-])/" + "work/", "/" + "root/", r"/tmp/" + r"v\w*/", "/" + r"home/\w+/")))
REGISTRY = re.compile(
    "|".join(("py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.(?:org|com)", "--index-" + "url"))
)
NOT_RUN = frozenset({"skip", "skipif", "xfail", "importorskip", "SkipTest", "skipIf", "skipUnless"})
LOCKED = re.compile(r"^(?P<pin>[A-Za-z0-9_.\[\]-]+==[^\s;\\]+)(?P<marker>\s*;[^\\]*)?\s*\\$", re.MULTILINE)
DAY = r"\d{4}-\d{2}-\d{2}"
RELEASE = re.compile(rf"(?P<version>\d+\.\d+\.\d+) \({DAY}\)")
PERSONAL_NUMBER = re.compile(r"(?<!\d)0\d{11}(?!\d)")
PROVINCES = (
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 "
    "044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 "
    "089 091 092 093 094 095 096"
)
ASSIGNED = frozenset(PROVINCES.split())


@cache
def texts() -> list[tuple[Path, str]]:
    """Every text file of the repository with its content."""
    return [(path, path.read_text()) for path in repository_files() if path.suffix not in BINARY]


def hits(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()[:100]}"
        for path, text in texts()
        # Most files hold none: a line is looked at only where the whole text has one.
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_the_top_level_holds_known_names_only() -> None:
    names = {path.relative_to(REPOSITORY).parts[0] for path in repository_files()}
    assert sorted(names - TOP_LEVEL) == []


def test_a_decision_has_a_number_of_its_own_and_says_it() -> None:
    """Two records of one number came from two branches once: whoever cites it means one of them."""
    records = sorted((REPOSITORY / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = [int(path.name[:4]) for path in records]
    assert len(numbers) == len(set(numbers))
    assert [path.name for path in records if not path.read_text().startswith(f"# {int(path.name[:4])}. ")] == []


def test_no_path_of_one_machine_is_written_down() -> None:
    assert hits(MACHINE) == []


def test_no_registry_host_is_written_down() -> None:
    assert hits(REGISTRY) == []


def test_no_test_can_be_skipped_or_expected_to_fail() -> None:
    suspects = [module for module in modules("tests") if module.mentions(*NOT_RUN)]
    found = [f"{m.shown}: {ast.unparse(node)}" for m in suspects for node in m.nodes if may_not_run(node)]
    assert found == []


def may_not_run(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in NOT_RUN and ast.unparse(node).startswith(("pytest.", "unittest."))
    return isinstance(node, ast.alias) and node.name in NOT_RUN


@pytest.mark.parametrize(
    "text", ["pytest.skip('x')", "@pytest.mark.xfail\ndef t(): ...", "from unittest import skipIf"]
)
def test_each_way_to_skip_is_recognised(text: str) -> None:
    assert any(may_not_run(node) for node in ast.walk(ast.parse(text)))


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in repository_files() if path.name.startswith("test_")}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_every_personal_number_is_one_nobody_can_hold() -> None:
    """A number of an assigned province is safe only in the 24th century: fourth digit 8 or 9."""
    found = [
        f"{path.relative_to(REPOSITORY)}: {number}"
        for path, text in texts()
        if path.name not in LOCKS
        for number in PERSONAL_NUMBER.findall(text)
        if number[:3] in ASSIGNED and number[3] not in "89"
    ]
    assert found == []


def test_what_is_run_as_a_program_is_executable() -> None:
    assert os.access(REPOSITORY / ".ci" / "run", os.X_OK)


def declared(lock: str) -> list[Requirement]:
    """Everything pyproject.toml asks for that the lock is made of: the development extra is in one of them."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    chosen = extras["portals"] if lock == "requirements.lock" else [line for lines in extras.values() for line in lines]
    return [Requirement(line) for line in [*project["dependencies"], *chosen]]


def locked(lock: str) -> dict[str, str]:
    """Version of each package in a lock, by name."""
    pins = [match["pin"].split("==") for match in LOCKED.finditer((REPOSITORY / lock).read_text())]
    return dict(pins)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_satisfies_each_declared_requirement(lock: str) -> None:
    pins = locked(lock)
    wanted = [(each.name.lower().replace("_", "-"), each.specifier) for each in declared(lock)]
    assert len(wanted) > 30
    assert [name for name, versions in wanted if name not in pins or not versions.contains(pins[name])] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_a_pin_or_its_hash(lock: str) -> None:
    lines = (REPOSITORY / lock).read_text().splitlines(keepends=True)
    strange = [line for line in lines if not LOCKED.match(line) and not line.startswith("    --hash=sha256:")]
    assert strange == []


def test_migrations_have_one_end() -> None:
    """Two that follow the same one could each be right alone: `get_current_head` raises for them."""
    assert head()


def test_the_newest_heading_of_the_changelog_is_this_version_or_not_yet_released() -> None:
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(r"^## (.+)$", (REPOSITORY / "CHANGELOG.md").read_text(), re.MULTILINE)
    released = [match["version"] for heading in headings if (match := RELEASE.fullmatch(heading))]
    assert [heading for heading in headings[1:] if not RELEASE.fullmatch(heading)] == []
    assert re.fullmatch(rf"(?:Unreleased|{re.escape(version)}) \({DAY}\)", headings[0])
    assert released == sorted(set(released), key=lambda name: [int(part) for part in name.split(".")], reverse=True)
