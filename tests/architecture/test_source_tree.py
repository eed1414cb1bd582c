"""The reading of imports that the architecture tests rest on, tried on small made-up modules."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source_tree import Module, import_graph, imported_names, is_under, modules


def module(name: str, text: str, *, package: bool = False) -> Module:
    path = Path("__init__.py") if package else Path(name.rpartition(".")[2] + ".py")
    return Module(name, path, text, ast.parse(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import a.b", ["a.b"]),
        ("from a import b, c", ["a.b", "a.c"]),
        ("from . import b", ["idp.x.b"]),
        ("from .b import c", ["idp.x.b.c"]),
        ("from .. import b", ["idp.b"]),
        ("def late():\n    import a", ["a"]),
    ],
)
def test_every_form_of_import_is_read(text: str, expected: list[str]) -> None:
    assert [name for name, _ in imported_names(module("idp.x.y", text))] == expected


def test_a_package_is_its_own_base_for_relative_imports() -> None:
    assert [name for name, _ in imported_names(module("idp.x", "from .b import c", package=True))] == ["idp.x.b.c"]


def test_the_graph_joins_a_name_to_the_module_that_holds_it() -> None:
    importer = module("idp.a", "from idp.b import thing\nfrom idp import c\nimport os")
    graph = import_graph((importer, module("idp.b", ""), module("idp.c", ""), module("idp", "", package=True)))
    assert graph["idp.a"] == {"idp.b", "idp.c"}


def test_a_package_does_not_hold_what_only_begins_like_it() -> None:
    assert is_under("idp.web.http", "idp.web") is True
    assert is_under("idp.website", "idp.web") is False


def test_a_missing_top_level_package_is_an_error() -> None:
    with pytest.raises(FileNotFoundError, match="no_such_package holds no Python file"):
        modules("no_such_package")


def test_a_file_is_read_and_parsed_once_however_often_it_is_asked_for() -> None:
    (first,), (again, *_) = modules("server.py"), modules("server.py", "keys")
    assert first is again
    assert first.tree is again.tree
    assert first.nodes[0] is first.tree


@pytest.mark.parametrize(("text", "found"), [("pytest.skip()", True), ("pytest.ｓkip()", True), ("", False)])
def test_a_name_is_found_in_the_text_however_its_letters_are_written(text: str, *, found: bool) -> None:
    assert module("idp.x", text).mentions("xfail", "skip") is found
