"""The tree as the architecture tests read it: files of the repository, parsed modules, who imports whom."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.servers import REPOSITORY

PRODUCT = ("idp", "clients", "keys", "portals", "server.py")


@dataclass(frozen=True, slots=True)
class Module:
    """One parsed Python file: its dotted name, where it is, and what it says."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @property
    def line_count(self) -> int:
        return len(self.text.splitlines())

    def under(self, package: str) -> bool:
        """Whether this is the package or lies somewhere inside it."""
        return is_under(self.name, package)

    @property
    def shown(self) -> str:
        return str(self.path.relative_to(REPOSITORY))


def is_under(name: str, package: str) -> bool:
    """Whether a dotted name is `package` or lies inside it."""
    return name == package or name.startswith(package + ".")


@cache
def repository_files() -> tuple[Path, ...]:
    """Every file that is or would be committed: what git ignores is not ours."""
    # A clone may belong to another user than the one who tests it, as CI's do.
    argv = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(argv, cwd=REPOSITORY, capture_output=True, check=True).stdout.decode()
    paths = (REPOSITORY / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def modules(*roots: str) -> tuple[Module, ...]:
    """Parse the Python files below the given top-level names; each name must exist."""
    found: list[Module] = []
    for root in roots:
        below = [path for path in repository_files() if path.relative_to(REPOSITORY).parts[0] == root]
        python = [path for path in below if path.suffix == ".py"]
        if not python:
            raise FileNotFoundError(f"{root} holds no Python file")
        found += map(_parse, python)
    return tuple(found)


def _parse(path: Path) -> Module:
    parts = list(path.relative_to(REPOSITORY).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    text = path.read_text()
    return Module(".".join(parts), path, text, ast.parse(text, str(path)))


def imported_names(module: Module) -> Iterator[tuple[str, int]]:
    """Yield every dotted name the module imports anywhere in it, with its line.

    `from a import b` yields `a.b`, which is a module or a name inside `a`.
    """
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(module, node)
            for alias in node.names:
                yield f"{source}.{alias.name}", node.lineno


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    parents = module.name.split(".")
    drop = node.level - 1 if module.is_package else node.level
    base = parents[: len(parents) - drop]
    return ".".join([*base, node.module] if node.module else base)


def import_graph(among: tuple[Module, ...]) -> dict[str, set[str]]:
    """Return which of the modules each of them imports, by dotted name."""
    names = {module.name for module in among}
    return {module.name: _resolve_all(module, names) - {module.name} for module in among}


def _resolve_all(module: Module, names: set[str]) -> set[str]:
    found: set[str] = set()
    for name, _ in imported_names(module):
        if name in names:
            found.add(name)
        elif name.rpartition(".")[0] in names:
            found.add(name.rpartition(".")[0])
    return found
