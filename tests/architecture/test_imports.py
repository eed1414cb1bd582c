"""Who may import what: the one table of layers and libraries; a package that is in no layer fails."""

import ast
import graphlib
from collections.abc import Iterable, Mapping
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

# What a person or an administrator can do, one package each, and the rules of the protocol among them.
FEATURES = tuple(
    f"idp.{name}"
    for name in (
        "account",
        "agencies",
        "audit",
        "delegation",
        "factors",
        "grants",
        "imports",
        "metrics",
        "officers",
        "proofing",
        "protocol",
        "recovery",
        "registration",
        "sealing",
        "sessions",
        "settings",
        "sign_in",
        "transparency",
        "upstream",
    )
)
# Highest first. A package imports those below it, and of its own row only itself. The features share one row, as rules
# build on each other; what holds there is that modules never import each other in a circle.
LAYERS = (
    ("server",),
    ("idp.cli", "idp.worker"),
    ("idp.app",),
    ("idp.environment",),
    ("idp.web", "idp.adapters"),
    ("idp.client_trials",),
    ("idp.oauth", "idp.admin"),
    FEATURES,
    ("idp.outbound",),
    ("idp.kernel",),
    ("clients", "keys"),
    ("records",),
)
# The children of each of these know nothing of each other.
INDEPENDENT = ("idp.adapters",)
# Inside one package, highest first.
DOMAIN_FILES = ("service", "ports", "model", "errors")
# Which library may be imported where. What is not listed may be imported anywhere.
PACKAGES_OF_LIBRARIES = {
    "starlette": ("idp.web", "idp.app", "portals"),
    "jinja2": ("idp.web", "idp.app", "portals"),
    "sqlalchemy": ("idp.adapters",),
    "asyncpg": ("idp.adapters",),
    "aiosqlite": ("idp.adapters",),
    "sqlite3": ("idp.adapters",),
    "redis": ("idp.adapters",),
    "hiredis": ("idp.adapters",),
    "webauthn": ("idp.adapters",),
    "aiohttp": ("idp.adapters",),
    "aiosmtplib": ("idp.adapters",),
    "httpx2": ("portals",),
    "authlib": ("idp.protocol", "portals"),
    "joserfc": ("idp.protocol", "idp.upstream", "idp.client_trials", "keys", "portals"),
    "idp.environment": ("idp.app", "idp.cli", "idp.worker", "idp.environment", "server"),
}


def test_every_package_of_the_product_has_a_layer() -> None:
    placed = [name for layer in LAYERS for name in layer]
    tops = {".".join(m.name.split(".")[:2]) for m in modules("idp") if m.name != "idp"}
    tops |= {root.removesuffix(".py") for root in PRODUCT} - {"idp", "portals"}
    assert sorted(placed) == sorted(tops)


@pytest.mark.parametrize("depth", range(len(LAYERS)))
def test_a_layer_imports_those_below_it_only(depth: int) -> None:
    broken: list[str] = []
    for package in LAYERS[depth]:
        beside = () if LAYERS[depth] == FEATURES else [name for name in LAYERS[depth] if name != package]
        above = [name for layer in LAYERS[:depth] for name in layer]
        inside = [m for m in modules(*PRODUCT) if m.under(package)]
        broken += imports_of(inside, [*above, *beside])
    assert broken == []


def test_what_the_protocol_rules_reach_does_no_io() -> None:
    """Ports may be declared beside the rules; nothing that waits for one may be reached (decision 1)."""
    graph = import_graph(modules("idp", "clients", "keys", "records"))
    reached = reachable(graph, [name for name in graph if is_under(name, "idp.protocol")])
    waiting = [
        f"{module.shown}:{line}"
        for module in modules("idp")
        if module.name in reached
        for line in lines_that_wait(module)
    ]
    assert waiting == []


def reachable(graph: Mapping[str, set[str]], start: Iterable[str]) -> set[str]:
    found: set[str] = set()
    ahead = list(start)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead.extend(graph[name])
    return found


def lines_that_wait(module: Module) -> list[int]:
    """Return where the module defines what waits for I/O, outside the ports."""
    ports = [node for node in module.nodes if isinstance(node, ast.ClassDef) and is_port(node)]
    declared = {id(inner) for port in ports for inner in ast.walk(port)}
    return [node.lineno for node in module.nodes if isinstance(node, ast.AsyncFunctionDef) and id(node) not in declared]


def is_port(node: ast.ClassDef) -> bool:
    return any("Protocol" in ast.unparse(base) for base in node.bases)


@pytest.mark.parametrize("library", PACKAGES_OF_LIBRARIES)
def test_a_library_stays_in_its_packages(library: str) -> None:
    strangers = [m for m in modules(*PRODUCT) if not any(m.under(room) for room in PACKAGES_OF_LIBRARIES[library])]
    assert imports_of(strangers, [library]) == []


@pytest.mark.parametrize("parent", INDEPENDENT)
def test_neighbours_do_not_import_each_other(parent: str) -> None:
    inside = [module for module in modules("idp") if module.under(parent)]
    children = children_of(parent, inside)
    broken = [
        found for child in children for found in imports_of([m for m in inside if m.under(child)], children - {child})
    ]
    assert broken == []


def children_of(parent: str, inside: Iterable[Module]) -> set[str]:
    depth = parent.count(".") + 1
    parts = [module.name.split(".") for module in inside if module.name != parent]
    return {".".join(name[: depth + 1]) for name in parts}


def test_what_every_page_shares_knows_no_feature() -> None:
    shared = [module for module in modules("idp") if module.under("idp.web.http")]
    features = {module.name for module in modules("idp") if module.under("idp.web")} - {m.name for m in shared}
    assert imports_of(shared, features - {"idp.web"}) == []


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


def imports_of(importers: Iterable[Module], forbidden: Iterable[str]) -> list[str]:
    """Return the imports of the given modules that lie in a forbidden package, as `file:line: name`."""
    packages = tuple(forbidden)
    return [
        f"{module.shown}:{line}: {name}"
        for module in importers
        for name, line in imported_names(module)
        if any(is_under(name, package) for package in packages)
    ]
