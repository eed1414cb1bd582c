"""Source with a mark before each statement and in each outcome of a branch: `__reached__[number] = 1`."""

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

NAME = "__reached__"


class Point(NamedTuple):
    """A statement, or one outcome of a branch, as a mark stands for it."""

    file: str
    line: int
    branch: bool


def marked(source: str, file: str, points: list[Point]) -> str:
    """Return the source with marks; each adds its point, and its number is the point's place."""
    tree = ast.parse(source)
    tree.body = list(_Marks(file, points).block(tree.body))
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


class _Marks:
    def __init__(self, file: str, points: list[Point]) -> None:
        self._file, self._points = file, points

    def block(self, statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
        """Yield statements, each behind its mark."""
        for one in statements:
            if not _says_nothing(one):
                yield self._mark(one.lineno, branch=False)
                self._within(one)
            yield one

    def _outcome(self, statements: Sequence[ast.stmt], line: int) -> list[ast.stmt]:
        return [self._mark(line, branch=True), *self.block(statements)]

    def _mark(self, line: int, *, branch: bool) -> ast.stmt:
        self._points.append(Point(self._file, line, branch))
        return ast.parse(f"{NAME}[{len(self._points) - 1}] = 1").body[0]

    def _within(self, one: ast.stmt) -> None:
        match one:
            case ast.If():
                one.body, one.orelse = self._outcome(one.body, one.lineno), self._outcome(one.orelse, one.lineno)
            case ast.For() | ast.AsyncFor() | ast.While():
                one.body = self._outcome(one.body, one.lineno)
                # `while True` has no other end than a break.
                if not (isinstance(one, ast.While) and isinstance(one.test, ast.Constant)):
                    one.orelse = self._outcome(one.orelse, one.lineno)
            case ast.Try() | ast.TryStar():
                one.body, one.orelse = list(self.block(one.body)), list(self.block(one.orelse))
                one.finalbody = list(self.block(one.finalbody))
                for handler in one.handlers:
                    handler.body = self._outcome(handler.body, handler.lineno)
            case ast.Match():
                for case in one.cases:
                    case.body = self._outcome(case.body, one.lineno)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.With() | ast.AsyncWith():
                one.body = list(self.block(one.body))
            case _:
                pass


def _says_nothing(one: ast.stmt) -> bool:
    """Say whether nothing is executed: docstrings, declarations, what is for the type checker alone."""
    match one:
        case ast.Pass() | ast.Global() | ast.Nonlocal() | ast.Expr(ast.Constant()) | ast.AnnAssign(value=None):
            return True
        case ast.If(ast.Name("TYPE_CHECKING")) | ast.ImportFrom(module="__future__"):
            return True
        case _:
            return False
