"""What the product's source says where nothing at run time lists it: calls of a name, with values as arguments."""

import ast
from collections.abc import Iterator
from importlib import import_module

from tests.architecture.source_tree import modules


def calls(*names: str) -> Iterator[tuple[ast.Call, dict[str, object]]]:
    """Yield every call of a function or `.method` of these names, with the namespace that its words are read in."""
    for module in modules("idp"):
        for node in module.nodes:
            if isinstance(node, ast.Call) and _called(node.func) in names:
                yield node, vars(import_module(module.name))


def _called(function: ast.expr) -> str | None:
    match function:
        case ast.Name(name):
            return name
        case ast.Attribute(_, name):
            return f".{name}"
        case _:
            return None


def value_of(node: ast.expr, namespace: dict[str, object]) -> object:
    """Return what an expression of constants and the module's own names stands for; None for anything else."""
    match node:
        case ast.Constant(value):
            return value
        case ast.Name(name):
            return namespace.get(name)
        case ast.Attribute(ast.Name(name), member):
            return getattr(namespace.get(name), member, None)
        case _:
            return None
