"""What a handler does is in its type: guards raise to leave early, and no answer is told apart by its class."""

import ast
from collections.abc import Iterator

from tests.architecture.source_tree import Module, modules

# What a handler's own step may answer beside a response: the refusals that the same page then shows, or nothing.
REFUSALS = {"None", "Refused", "CounterRefusal"}


def edge() -> list[Module]:
    return [module for module in modules("idp") if module.under("idp.web")]


def distinguished(module: Module) -> Iterator[str]:
    """Every place that asks whether something is a response."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance" and "Response" in _names(node.args[1]):
            yield f"{module.shown}:{node.lineno}"


def mixed_answers(module: Module) -> Iterator[str]:
    """Every function that returns a response or else something that is no refusal."""
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
            members = _members(node.returns)
            if "Response" in members and members - {"Response"} - REFUSALS:
                yield f"{module.shown}:{node.lineno} {node.name}"


def _names(node: ast.AST) -> set[str]:
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}


def _members(annotation: ast.expr) -> set[str]:
    """Return the members of a union, however it is written."""
    return {part.strip() for part in ast.unparse(annotation).strip("'\"").split("|")}


def test_a_guard_raises_its_answer_and_nobody_asks_whether_it_is_one() -> None:
    assert [place for module in edge() for place in distinguished(module)] == []


def test_a_handler_returns_what_its_type_says() -> None:
    assert [place for module in edge() for place in mixed_answers(module)] == []


def test_no_module_keeps_state_behind_the_back_of_its_callers() -> None:
    """What a request knows is handed on: a context variable is known to nobody who reads the call."""
    product = modules("idp", "clients", "keys", "records")
    hidden = {name for module in product for name, _ in module.imports if name.startswith("contextvars")}
    assigned = [
        f"{module.shown}:{node.lineno}"
        for module in product
        for node in module.nodes
        if isinstance(node, ast.Global) or (isinstance(node, ast.Name) and node.id == "setattr")
    ]
    assert (hidden, assigned) == (set(), [])


MOST_MEMBERS, FOR_ROUTES_ALONE = 20, "idp.web.dependencies"


def dependencies() -> Iterator[tuple[str, int]]:
    """Every record that handlers are given, with how many members it has."""
    for module in edge():
        for node in module.nodes:
            if isinstance(node, ast.ClassDef) and node.name.endswith("Dependencies"):
                members = sum(isinstance(one, ast.AnnAssign) for one in node.body)
                yield f"{module.shown} {node.name}", members


def test_what_a_handler_is_given_is_small() -> None:
    found = dict(dependencies())
    assert len(found) > 20, "each feature has a record of what its handlers use"
    assert {name: members for name, members in found.items() if members > MOST_MEMBERS} == {}


def test_no_handler_sees_what_every_feature_is_given() -> None:
    asking = {module.name for module in edge() for name, _ in module.imports if name.startswith(f"{FOR_ROUTES_ALONE}.")}
    assert asking == {"idp.web.routes"}
