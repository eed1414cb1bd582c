"""The register's feed of changes: what happened to numbers and people since a cursor."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from idp.proofing.registers.ports import Garbled, NoAnswer
from idp.proofing.values.personal_numbers import PersonalNumber
from records.structs import Unprinted


class ChangeKind(StrEnum):
    """What happened."""

    NUMBER_REPLACED = "number_replaced"
    NAME_CHANGED = "name_changed"
    DIED = "died"


class RegisterChange(Unprinted, Struct, frozen=True):
    """One change. `id` is the register's own and names it once and for all: applying twice changes nothing.

    `new_number` is there for a replaced number, `new_name` (as the register spells it) for a changed name.
    """

    id: str
    kind: ChangeKind
    number: PersonalNumber
    at: datetime
    new_number: PersonalNumber | None = None
    new_name: str | None = None


class FeedPage(Struct, frozen=True):
    """Changes in their order, the cursor to ask with next, and whether more wait already."""

    changes: tuple[RegisterChange, ...]
    cursor: str
    more: bool


class ChangeFeed(Protocol):
    """Reads the feed of one register."""

    async def changes(self, cursor: str, *, request_id: str, deadline: timedelta) -> FeedPage | NoAnswer | Garbled:
        """Return the changes after `cursor` ("" for the beginning); never raises for what the register does."""
