"""No path of a route is typed twice: modules refer to it by its constant, templates by the name of its route."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from idp.web.routes import TABLE
from tests.architecture.source_tree import Module, modules
from tests.support.running.servers import REPOSITORY

# What may be typed besides its constant, and why.
EXEMPT = {"/": "a separator too"}
_IN_TEMPLATE = re.compile(r"""["'](/[^"']*)""")


def test_no_path_of_a_route_is_typed_twice() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path, place in typed_paths():
        places[path].append(place)
    known = {one.path for one in TABLE.routes} - EXEMPT.keys()
    twice = {path: found for path, found in places.items() if path in known and len(found) > 1}
    assert twice == {}


def test_every_exemption_is_needed() -> None:
    found = [path for path, _ in typed_paths()]
    assert [path for path in EXEMPT if found.count(path) < 2] == []


def test_templates_name_routes_and_type_no_path() -> None:
    typed = [place for path, place in template_paths() if TABLE.of(path) is not None]
    assert typed == []


def typed_paths() -> Iterator[tuple[str, str]]:
    for module in modules("idp"):
        notes = docstrings(module)
        for node in module.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes:
                yield re.split(r"[?#]", node.value)[0], f"{module.shown}:{node.lineno}"
    yield from template_paths()


def template_paths() -> Iterator[tuple[str, str]]:
    for file in sorted((Path(REPOSITORY) / "idp").rglob("templates/*.html")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            for path in _IN_TEMPLATE.findall(line):
                yield re.split(r"[?#{]", path)[0], f"{file.relative_to(REPOSITORY)}:{number}"


def docstrings(module: Module) -> set[int]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    first = [node.body[0] for node in module.nodes if isinstance(node, kinds) and node.body]
    return {id(node.value) for node in first if isinstance(node, ast.Expr)}
