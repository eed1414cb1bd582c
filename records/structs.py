"""Copies of records, and records that are never printed."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # By this name mypy checks the members of a Struct and their types; `msgspec.structs.replace` takes anything.
    from dataclasses import replace
else:
    from msgspec.structs import replace

__all__ = ["Unprinted", "replace"]


class Unprinted:
    """A record that holds a secret or a personal value: no member shows, whoever prints it.

    Stands before `Struct` among the bases, which would tell every member otherwise.
    """

    __slots__ = ()
    __repr__ = object.__repr__

    def __rich_repr__(self, /) -> list[tuple[str, object]]:
        """Tell Rich no member: tracebacks and tables are printed with it."""
        return []
