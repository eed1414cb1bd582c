"""The shape of one entry in the tables of effects."""

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct

from idp.adapters.sql.engine.statements import Parameters, Statement
from idp.kernel.effects import Effect

_E = TypeVar("_E", bound=Effect)


class Write(Struct, frozen=True):
    """The statements of an effect, in order, and the values they share. Of a claim, the one at `decides` does so."""

    statements: tuple[Statement, ...]
    parameters: Callable[[Effect], Parameters]
    decides: int = 0


def write(
    effect_type: type[_E], parameters: Callable[[_E], Parameters], *statements: Statement, decides: int = 0
) -> tuple[type[Effect], Write]:
    """Return the table entry of an effect type; what comes before the one that decides takes locks or sets aside.

    A refusal undoes the whole commit.
    """

    def narrowed(effect: Effect) -> Parameters:
        if not isinstance(effect, effect_type):
            raise TypeError(f"{effect_type.__name__} expected, not {type(effect).__name__}")
        return parameters(effect)

    return effect_type, Write(statements, narrowed, decides)
