"""What the tests need of a machine, looked for before they begin: `python -m tests.support.components`.

A test that meets a missing program fails too, but in the middle of a run, and some of them with a loader's error.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import playwright

from portals.launch import LaunchError, refuse_unknown_host
from tests.support.chromium import chromium_path
from tests.support.errors import MissingComponentError, UnfitMachineError
from tests.support.running.postgres import postgres_programs
from tests.support.running.redis_server import redis_program

# Playwright brings a node of its own, which Debian's minimal images cannot load.
_NODE = Path(playwright.__file__).parent / "driver" / "node"


def missing_components(checks: tuple[Callable[[], object], ...] | None = None) -> list[str]:
    """Return a line for each thing that is missing, with what brings it."""
    return list(_complaints(_CHECKS if checks is None else checks))


def _complaints(checks: tuple[Callable[[], object], ...]) -> Iterator[str]:
    for check in checks:
        try:
            check()
        except UnfitMachineError as error:
            yield str(error)


def check_node(node: Path = _NODE) -> None:
    """Raise when the program that drives Chromium does not start."""
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise MissingComponentError(f"a library of Playwright's node ({done.stderr.strip()})", "libatomic1")


def check_git() -> None:
    """Raise without git, which lists the files that the architecture tests read."""
    if shutil.which("git") is None:
        raise MissingComponentError("git", "git")


def check_fonts(lister: str = "fc-list") -> None:
    """Raise when no font has Vietnamese letters: pages would be measured with boxes in their place."""
    program = shutil.which(lister)
    found = program and subprocess.run([program, ":lang=vi", "family"], capture_output=True, check=False).stdout.strip()
    if not found:
        raise MissingComponentError("A font with Vietnamese letters (fc-list :lang=vi)", "fontconfig fonts-noto-core")


def check_localhost(name: str = "localhost") -> None:
    """Raise when the name does not lead to this machine: issuers of the tests are `http://localhost:PORT`."""
    try:
        refuse_unknown_host(name)
    except LaunchError as error:
        raise UnfitMachineError(str(error)) from error


_CHECKS = (check_git, postgres_programs, redis_program, chromium_path, check_node, check_fonts, check_localhost)


if __name__ == "__main__":
    sys.exit("\n".join(missing_components()) or 0)
