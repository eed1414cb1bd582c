"""The shape of one entry in the tables of effects."""

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct

from idp.adapters.sql.engine.binder import Binder, Fixed
from idp.adapters.sql.engine.statements import Statement, Value
from idp.kernel.effects import Effect

_E = TypeVar("_E", bound=Effect)


class Write(Struct, frozen=True):
    """The statements of an effect, in order, and the values they share. Of a claim, the one at `decides` does so."""

    statements: tuple[Statement, ...]
    binder: Binder
    decides: int = 0


def write(
    effect_type: type[_E],
    *statements: Statement,
    of: str | tuple[str, ...] = (),
    decides: int = 0,
    **by_hand: str | Fixed | Callable[[_E], Value],
) -> tuple[type[Effect], Write]:
    """Return the table entry of an effect type; what comes before the one that decides takes locks or sets aside.

    A refusal undoes the whole commit. What `of` and the parameters by hand mean is said at `Binder`.
    """
    binder = Binder(effect_type, statements, (of,) if isinstance(of, str) else of, by_hand)
    return effect_type, Write(statements, binder, decides)
