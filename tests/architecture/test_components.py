"""What a run needs is looked for before it begins, and named with the package that has it."""

import re
from pathlib import Path
from typing import NoReturn

import pytest

from tests.support.components import check_localhost, check_node, missing_components
from tests.support.errors import MissingComponentError, UnfitMachineError

REPOSITORY = Path(__file__).resolve().parents[2]


def absent() -> NoReturn:
    raise MissingComponentError("The one program", "its-package")


def odd() -> NoReturn:
    raise UnfitMachineError("the machine has no name")


def test_everything_that_is_missing_is_told_at_once_and_what_is_there_is_not() -> None:
    told = missing_components((absent, lambda: "/usr/bin/there", odd))
    assert told == [
        "The one program was not found; install it with: apt-get install -y its-package",
        "the machine has no name",
    ]


def test_a_node_that_does_not_load_is_told_with_the_package_of_its_library(tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho 'libatomic.so.1: cannot open shared object file' >&2; exit 127\n")
    node.chmod(0o755)
    with pytest.raises(MissingComponentError, match=r"libatomic\.so\.1.*apt-get install -y libatomic1"):
        check_node(node)


def test_rfc6761_6_3_a_name_that_resolves_nowhere_is_told_with_what_to_write() -> None:
    with pytest.raises(UnfitMachineError, match=re.escape("127.0.0.1 nowhere.invalid")):
        check_localhost("nowhere.invalid")


def test_ci_installs_each_package_that_a_check_names() -> None:
    script = (REPOSITORY / ".ci" / "run").read_text("utf-8")
    for package in ("postgresql", "redis-server", "chromium-headless-shell", "libatomic1"):
        assert f"missing+=({package})" in script
