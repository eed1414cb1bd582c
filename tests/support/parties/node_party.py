"""A relying party that others wrote, in a process of its own: programs of tests/relying_parties, run by node."""

import json
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import playwright

from tests.support.errors import UnfitMachineError
from tests.support.patience import patient
from tests.support.running.server_process import REPOSITORY

FOLDER = REPOSITORY / "tests" / "relying_parties"
# Playwright's: the same on every machine, and new enough where the system's is not.
NODE = Path(playwright.__file__).parent / "driver" / "node"
INSTALL = "npm ci --ignore-scripts --prefix tests/relying_parties"


def check_packages(folder: Path = FOLDER) -> None:
    """Raise unless what the lock file names is installed, as it names it."""
    wanted, installed = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    if not installed.exists() or _packages(installed) != _packages(wanted):
        raise UnfitMachineError(
            f"the npm packages of tests/relying_parties are not installed as their lock says: {INSTALL}"
            " (make setup does it; npm is in the Debian package npm)"
        )


def package_file(name: str, path: str) -> bytes:
    """Return a file of an installed package."""
    check_packages()
    return (FOLDER / "node_modules" / name / path).read_bytes()


def _packages(lock: Path) -> dict[str, str]:
    found = json.loads(lock.read_text("utf-8"))["packages"]
    return {name: one["integrity"] for name, one in found.items() if name}


class NodeParty:
    """One program: it is told what to do, asks for a person's browser, and says what it found."""

    def __init__(self, program: str) -> None:
        check_packages()
        self._process = subprocess.Popen(
            [NODE, FOLDER / f"{program}.mjs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"LC_ALL": "C.UTF-8"},
        )
        # Whoever waits for a line of a program that hangs is told its end instead.
        self._limit = threading.Timer(patient(30), self._process.kill)

    def __enter__(self) -> Self:
        self._limit.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._limit.cancel()
        self._process.kill()
        self._process.communicate()

    def tell(self, line: object) -> None:
        """Write a line to it."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(line)}\n")
        self._process.stdin.flush()

    def said(self) -> Mapping[str, object]:
        """Return its next line, {"open": address} or {"found": members}; an AssertionError tells its complaint."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            complaint = self._process.communicate()[1]
            raise AssertionError(f"the program ended with {self._process.returncode}:\n{complaint[-4000:]}")
        told: dict[str, object] = json.loads(line)
        return told
