"""Imports point one way: what the contracts of pyproject.toml (`make lint`) cannot say of packages not yet written."""

import graphlib
from collections.abc import Iterable
from itertools import pairwise

import pytest

from tests.architecture.source_tree import (
    PRODUCT,
    Module,
    import_graph,
    imported_names,
    is_under,
    modules,
)

# Architecture, contract 6: the children of each of these know nothing of each other.
INDEPENDENT = ("idp.authentication.methods", "idp.web", "idp.adapters")
# Inside idp.web only folders are page families; the files beside them are what the families share.
FOLDERS_ONLY = frozenset({"idp.web"})
# The typed pages: data without behaviour that handlers and rendering meet in.
SHARED_DATA = frozenset({"idp.web.pages"})
# Architecture, contract 7, highest first.
DOMAIN_FILES = ("service", "ports", "model", "errors")
# Architecture, contracts 2 to 4, for every package, also those that pyproject.toml does not name yet.
ROOMS_OF_LIBRARIES = {
    "starlette": ("idp.web", "idp.app", "portals"),
    "jinja2": ("idp.web", "idp.app", "portals"),
    "sqlalchemy": ("idp.adapters",),
    "asyncpg": ("idp.adapters",),
    "aiosqlite": ("idp.adapters",),
    "sqlite3": ("idp.adapters",),
    "redis": ("idp.adapters",),
    "webauthn": ("idp.adapters",),
    "aiohttp": ("idp.adapters",),
    "aiosmtplib": ("idp.adapters",),
    "httpx2": ("portals",),
    "authlib": ("idp.protocol", "portals"),
    "joserfc": ("idp.protocol", "idp.federation", "idp.trying", "keys", "portals"),
    "idp.settings": ("idp.app", "idp.cli", "idp.worker", "idp.settings", "server"),
}


@pytest.mark.parametrize("library", ROOMS_OF_LIBRARIES)
def test_a_library_stays_in_its_rooms(library: str) -> None:
    strangers = [m for m in modules(*PRODUCT) if not any(m.under(room) for room in ROOMS_OF_LIBRARIES[library])]
    assert imports_of(strangers, [library]) == []


@pytest.mark.parametrize("parent", INDEPENDENT)
def test_neighbours_do_not_import_each_other(parent: str) -> None:
    inside = [module for module in modules("idp") if module.under(parent)]
    children = children_of(parent, inside) - SHARED_DATA
    broken = [
        found for child in children for found in imports_of([m for m in inside if m.under(child)], children - {child})
    ]
    assert broken == []


def children_of(parent: str, inside: Iterable[Module]) -> set[str]:
    depth = parent.count(".") + 1
    parts = [module.name.split(".") for module in inside if is_child(module, parent)]
    return {".".join(name[: depth + 1]) for name in parts}


def is_child(module: Module, parent: str) -> bool:
    depth = parent.count(".") + 1
    below = len(module.name.split(".")) - depth
    in_folder = below > 1 or (below == 1 and module.is_package)
    return in_folder or (below == 1 and parent not in FOLDERS_ONLY)


def test_in_a_domain_package_service_ports_model_and_errors_import_downwards_only() -> None:
    every = modules("idp", "clients", "keys")
    broken: list[str] = []
    for package in (module.name for module in every if module.is_package):
        for higher, lower in pairwise(DOMAIN_FILES):
            above = DOMAIN_FILES[: DOMAIN_FILES.index(higher) + 1]
            files = [module for module in every if module.name == f"{package}.{lower}"]
            broken += imports_of(files, [f"{package}.{name}" for name in above])
    assert broken == []


def test_there_is_no_import_cycle() -> None:
    sorter = graphlib.TopologicalSorter(import_graph(modules(*PRODUCT)))
    try:
        sorter.prepare()
    except graphlib.CycleError as cycle:
        pytest.fail(f"import cycle: {' -> '.join(cycle.args[1])}")


def test_the_product_imports_neither_tests_nor_bench() -> None:
    assert imports_of(modules(*PRODUCT), ["tests", "bench", "pytest", "hypothesis", "playwright"]) == []


def test_clients_and_keys_stand_alone() -> None:
    assert imports_of(modules("clients"), ["idp", "keys"]) == []
    assert imports_of(modules("keys"), ["idp", "clients"]) == []
    assert imports_of(modules("records"), ["idp", "clients", "keys"]) == []


def imports_of(importers: Iterable[Module], forbidden: Iterable[str]) -> list[str]:
    """Return the imports of the given modules that lie in a forbidden package, as `file:line: name`."""
    packages = tuple(forbidden)
    return [
        f"{module.shown}:{line}: {name}"
        for module in importers
        for name, line in imported_names(module)
        if any(is_under(name, package) for package in packages)
    ]
