"""What `make` installs: enough to run for `make run`, everything for the rest, and nothing twice."""

import os
import shutil
import subprocess
import sys
import time
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.source_tree import PRODUCT, imported_names, modules
from tests.architecture.test_repository import locked
from tests.support.errors import UnfitMachineError
from tests.support.parties.node_party import INSTALL, check_packages
from tests.support.running.servers import REPOSITORY

# Stands for every Python: it writes down what it is asked, and an environment is a link to it.
PYTHON = """#!/bin/sh
echo "$*" >>"{log}"
case "$*" in
*"import ensurepip"*) exit {ensurepip} ;;
"-m venv"*) mkdir -p .venv/bin && for name in python ruff mypy; do ln -s "{program}" .venv/bin/$name; done ;;
esac
"""
# Stands for npm: as npm does, it writes its copy of the lock last.
NPM = """#!/bin/sh
echo "npm $*" >>"{log}"
[ {works} = yes ] || exit 1
mkdir -p {folder}/node_modules && cp {folder}/package-lock.json {folder}/node_modules/.package-lock.json
"""
NPM_FOLDER = "tests/relying_parties"


class Checkout:
    """A copy of what `make` reads, with a Python that only notes what it is asked to do."""

    def __init__(self, folder: Path, ensurepip: int = 0, *, npm: bool = True) -> None:
        self._folder, self._log, self._python = folder / "checkout", folder / "log", folder / "python"
        (self._folder / NPM_FOLDER).mkdir(parents=True)
        shutil.copy2(REPOSITORY / NPM_FOLDER / "package-lock.json", self._folder / NPM_FOLDER)
        self._programs = folder / "bin"
        self._programs.mkdir()
        (self._programs / "npm").write_text(NPM.format(log=self._log, folder=NPM_FOLDER, works="yes" if npm else "no"))
        (self._programs / "npm").chmod(0o755)
        for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
            shutil.copy2(REPOSITORY / name, self._folder)
        self._python.write_text(PYTHON.format(log=self._log, program=self._python, ensurepip=ensurepip))
        self._python.chmod(0o755)

    def make(self, *targets: str, python: str | None = None) -> subprocess.CompletedProcess[str]:
        argv = ["make", *targets, f"PYTHON={self._python if python is None else python}"]
        self._log.write_text("")
        path = f"{self._programs}:{os.environ['PATH']}"
        return subprocess.run(
            argv, cwd=self._folder, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
        )

    def installed(self, *targets: str) -> list[str]:
        """Return the locks that were installed to reach the targets."""
        done = self.make(*targets)
        assert done.returncode == 0, done.stderr
        return [line.split()[-1] for line in self._log.read_text().splitlines() if "--require-hashes" in line]

    def from_npm(self, *targets: str) -> list[str]:
        """Return the commands of npm that were run to reach the targets."""
        done = self.make(*targets)
        assert done.returncode == 0, done.stderr
        return [line for line in self._log.read_text().splitlines() if line.startswith("npm ")]

    def change(self, name: str) -> None:
        later = time.time() + 10
        os.utime(self._folder / name, (later, later))


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_to_run_only_what_running_needs_is_installed(checkout: Checkout) -> None:
    assert checkout.installed("run") == ["requirements.lock"]
    assert checkout.installed("run") == []


def test_to_test_the_rest_comes_beside_it(checkout: Checkout) -> None:
    assert checkout.installed("runtime") == ["requirements.lock"]
    assert checkout.installed("setup") == ["requirements-dev.lock"]
    assert checkout.installed("setup", "runtime") == []


def test_where_tests_ran_running_installs_nothing(checkout: Checkout) -> None:
    assert checkout.installed("setup") == ["requirements-dev.lock"]
    assert checkout.installed("run") == []


@pytest.mark.parametrize("target", ["lint", "types", "serverless", "components", "servers", "gallery", "bench"])
def test_whatever_is_not_running_has_everything(checkout: Checkout, target: str) -> None:
    assert checkout.installed(target) == ["requirements-dev.lock"]


def test_a_changed_lock_is_installed_again(checkout: Checkout) -> None:
    checkout.installed("setup")
    checkout.change("requirements.lock")
    checkout.change("requirements-dev.lock")
    assert checkout.installed("runtime", "setup") == ["requirements.lock", "requirements-dev.lock"]


def test_relying_parties_from_npm_are_installed_for_tests_alone_once_as_their_lock_says(checkout: Checkout) -> None:
    assert checkout.from_npm("run") == []
    (asked,) = checkout.from_npm("setup")
    assert asked.startswith(f"npm ci --ignore-scripts --prefix {NPM_FOLDER} ")
    assert checkout.from_npm("setup", "lint") == []
    checkout.change(f"{NPM_FOLDER}/package-lock.json")
    assert checkout.from_npm("setup") == [asked]


def test_without_npm_the_rest_goes_on_and_the_command_is_told(tmp_path: Path) -> None:
    done = Checkout(tmp_path, npm=False).make("setup", "lint", "types")
    assert done.returncode == 0
    assert INSTALL in done.stderr
    assert "apt-get install -y npm" in done.stderr


def test_packages_that_are_not_as_their_lock_says_are_told_with_the_command(tmp_path: Path) -> None:
    wanted, installed = tmp_path / "package-lock.json", tmp_path / "node_modules" / ".package-lock.json"
    shutil.copy2(REPOSITORY / NPM_FOLDER / "package-lock.json", wanted)
    with pytest.raises(UnfitMachineError, match=INSTALL):
        check_packages(tmp_path)
    installed.parent.mkdir()
    shutil.copy2(wanted, installed)
    check_packages(tmp_path)
    installed.write_text(wanted.read_text("utf-8").replace('"integrity": "sha512-', '"integrity": "sha512-x', 1))
    with pytest.raises(UnfitMachineError, match=INSTALL):
        check_packages(tmp_path)


@pytest.mark.parametrize("target", ["run", "test", "quick", "bench"])
def test_a_machine_without_python_is_told_which_packages_bring_it(checkout: Checkout, target: str) -> None:
    done = checkout.make(target, python="")
    assert done.returncode != 0
    assert "apt-get install -y python3 python3-venv" in done.stderr


@pytest.mark.parametrize("target", ["run", "test", "quick", "bench"])
def test_a_python_that_makes_no_environments_is_told_with_the_package(tmp_path: Path, target: str) -> None:
    done = Checkout(tmp_path, ensurepip=1).make(target)
    assert done.returncode != 0
    assert "apt-get install -y python3-venv" in done.stderr


def test_the_lock_to_run_is_part_of_the_lock_of_everything() -> None:
    assert locked("requirements.lock").items() < locked("requirements-dev.lock").items()


def test_the_product_and_the_portals_import_nothing_that_only_tests_have() -> None:
    have = set(locked("requirements.lock"))
    homes = {top: {name.lower().replace("_", "-") for name in found} for top, found in packages_distributions().items()}
    foreign = {
        f"{module.shown}: {top}"
        for module in modules(*PRODUCT, "migrations")
        for top in {name.split(".")[0] for name, _ in imported_names(module)}
        if top not in sys.stdlib_module_names and not (REPOSITORY / top).exists() and not homes.get(top, set()) & have
    }
    assert sorted(foreign - {"server.py: server"}) == []
