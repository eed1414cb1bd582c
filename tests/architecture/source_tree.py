"""The tree as the architecture tests read it: files of the repository, parsed modules, who imports whom."""

import ast
import gc
import subprocess
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import Path

from tests.support.running.servers import REPOSITORY

PRODUCT = ("idp", "clients", "keys", "records", "portals", "server.py")


# Two modules are the same only if they are one object: comparing whole trees would say nothing more.
@dataclass(frozen=True, eq=False)
class Module:
    """One parsed Python file: its dotted name, where it is, and what it says."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree, as `ast.walk` yields them."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def imports(self) -> tuple[tuple[str, int], ...]:
        """Every dotted name that is imported anywhere in the module, with its line."""
        return tuple(_imported_names(self))

    def mentions(self, *words: str) -> bool:
        """Whether any of the words stands anywhere in the text, in whatever way its letters are written.

        Python reads names in NFKC: what this does not find is no name in the tree either.
        """
        return any(word in unicodedata.normalize("NFKC", self.text) for word in words)

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


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Make many objects that all stay: looking for rubbish among them takes longer than making them."""
    # What earlier tests left behind is told now: what is frozen is never looked at again.
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


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
    """Return the Python files below the given top-level names, each parsed once; each name must exist."""
    return tuple(chain.from_iterable(map(_modules_of, roots)))


@cache
def _modules_of(root: str) -> tuple[Module, ...]:
    below = [path for path in repository_files() if path.relative_to(REPOSITORY).parts[0] == root]
    python = [path for path in below if path.suffix == ".py"]
    if not python:
        raise FileNotFoundError(f"{root} holds no Python file")
    with _collector_at_rest():
        return tuple(map(_parse, python))


def _parse(path: Path) -> Module:
    parts = list(path.relative_to(REPOSITORY).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    text = path.read_text()
    return Module(".".join(parts), path, text, ast.parse(text, str(path)))


def imported_names(module: Module) -> tuple[tuple[str, int], ...]:
    """Return every dotted name the module imports anywhere in it, with its line.

    `from a import b` gives `a.b`, which is a module or a name inside `a`.
    """
    return module.imports


def _imported_names(module: Module) -> Iterator[tuple[str, int]]:
    for node in module.nodes:
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
