"""What a run needs is looked for before it begins, and named with the package that has it."""

import re
from pathlib import Path
from typing import NoReturn

import pytest

from tests.support.components import check_fonts, check_git, check_localhost, check_node, missing_components
from tests.support.errors import MissingComponentError, UnfitMachineError

REPOSITORY = Path(__file__).resolve().parents[2]


def absent() -> NoReturn:
    raise MissingComponentError("The one program", "its-package")


def odd() -> NoReturn:
    raise UnfitMachineError("the machine has no name")


def test_everything_that_is_missing_is_told_at_once_and_what_is_there_is_not() -> None:
    reported = missing_components((absent, lambda: "/usr/bin/there", odd))
    assert reported == [
        "The one program was not found; install it with: apt-get install -y its-package",
        "the machine has no name",
    ]


def test_a_node_that_does_not_load_is_told_with_the_package_of_its_library(tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho 'libatomic.so.1: cannot open shared object file' >&2; exit 127\n")
    node.chmod(0o755)
    with pytest.raises(MissingComponentError, match=r"libatomic\.so\.1.*apt-get install -y libatomic1"):
        check_node(node)


def test_a_machine_without_git_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingComponentError, match="apt-get install -y git"):
        check_git()


@pytest.mark.parametrize("lister", ["absent", "silent"])
def test_a_machine_without_vietnamese_letters_is_told(lister: str, tmp_path: Path) -> None:
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\n")
    silent.chmod(0o755)
    with pytest.raises(MissingComponentError, match="apt-get install -y fontconfig fonts-noto-core"):
        check_fonts(str(tmp_path / lister))


def test_rfc6761_6_3_a_name_that_resolves_nowhere_is_told_with_what_to_write() -> None:
    with pytest.raises(UnfitMachineError, match=re.escape("127.0.0.1 nowhere.invalid")):
        check_localhost("nowhere.invalid")


def test_ci_installs_each_package_that_a_check_names() -> None:
    script = (REPOSITORY / ".ci" / "run").read_text("utf-8")
    named = ["git", "postgresql", "redis-server", "chromium-headless-shell", "libatomic1", "npm"]
    named.append("fontconfig fonts-noto-core")
    assert [package for package in named if f"missing+=({package})" not in script] == []


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "Makefile"])
def test_each_package_that_ci_installs_is_named_where_people_look(document: str) -> None:
    script = (REPOSITORY / ".ci" / "run").read_text("utf-8")
    packages = {package for found in re.findall(r"missing\+=\((.+?)\)", script) for package in found.split()}
    text = (REPOSITORY / document).read_text("utf-8")
    assert len(packages) > 8
    assert sorted(package for package in packages - {"ca-certificates"} if package not in text) == []
