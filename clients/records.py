"""Copies of immutable records: `replace(record, member=value)`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # By this name mypy checks the members of a Struct and their types; `msgspec.structs.replace` takes anything.
    from dataclasses import replace
else:
    from msgspec.structs import replace

__all__ = ["replace"]
