"""The port to the population register: it answers, whatever happens, and never raises."""

from datetime import timedelta
from typing import Protocol

from msgspec import Struct

from idp.proofing.model import ClaimedIdentity, OnBehalfOf, Purpose, RegisterRecord


class Found(Struct, frozen=True):
    """The register holds a record."""

    record: RegisterRecord


class NoRecord(Struct, frozen=True):
    """The register answered that it holds none: unknown, cancelled, or of a person who died."""


class NoAnswer(Struct, frozen=True):
    """The register did not answer the question. `reason` is one word for counting, without personal data."""

    reason: str


class Garbled(Struct, frozen=True):
    """Something came back that is not an answer. `reason` is one word for counting, without personal data."""

    reason: str


class Matched(Struct, frozen=True):
    """The register says that number, name and birth date belong to one person of its own."""


class NotMatched(Struct, frozen=True):
    """The register says that they do not: another name or date, or no record at all; it does not say which."""


RegisterAnswer = Found | NoRecord | NoAnswer | Garbled
MatchAnswer = Matched | NotMatched | NoAnswer | Garbled


class PopulationRegister(Protocol):
    """Asks the population register about a person. Both questions carry who asks, why, and for whom."""

    async def match(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> MatchAnswer:
        """Return whether the claim is right, within `deadline`; it never raises for what the register does."""

    async def look_up(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> RegisterAnswer:
        """Return what the register says within `deadline`; it never raises for what the register does."""
