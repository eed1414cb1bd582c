"""What a client has until a day, in one table: each ends by itself, and operators and the portal are told before."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from clients.exceptions.error_iss import error_iss_warning
from clients.exceptions.nonce_for_pkce import nonce_warning
from clients.legacy import legacy_warning
from clients.local_days import day_ends
from clients.model import Client
from clients.services.programs import program_warning
from clients.tokens.types import type_warning

DatedMember = Literal[
    "legacy_dialect_until",
    "interoperable_until",
    "error_iss_omitted_until",
    "access_token_type_jwt_until",
    "administration_until",
]


class _Row(Struct, frozen=True):
    member: DatedMember
    # In words for operators, while there is something to say.
    warning: Callable[[Client, datetime], str | None]
    remedy: str


DATED: tuple[_Row, ...] = (
    _Row(
        "legacy_dialect_until",
        legacy_warning,
        "ask how far the portal's move is: afterwards its old calls are refused (docs/flows/legacy-sign-on.md)",
    ),
    _Row(
        "interoperable_until",
        nonce_warning,
        "ask the portal to use PKCE, then register standard; or let the country decide on a later day",
    ),
    _Row(
        "error_iss_omitted_until",
        error_iss_warning,
        "ask the portal to update its library, then remove error_iss_omitted_until",
    ),
    _Row(
        "access_token_type_jwt_until",
        type_warning,
        "ask whether its resource server takes at+jwt by now: afterwards it gets nothing else (RFC 9068 2.1)",
    ),
    _Row(
        "administration_until",
        program_warning,
        "ask whether the program is still in use: have its roles approved until a later day, or remove them",
    ),
)


class Ending(Struct, frozen=True):
    """One exception of one client: its last day, in Vietnam, and the first instant after it."""

    member: DatedMember
    last_day: date
    ends_at: datetime
    # None while its end is far, and there is nothing to say.
    said: str | None
    remedy: str

    def days_left(self, now: datetime) -> int:
        """Return the whole days until it ends; negative once it has."""
        return (self.ends_at - now) // timedelta(days=1)


def endings(client: Client, now: datetime) -> Iterator[Ending]:
    """Yield what a client has until a day, in the order of the table."""
    for row in DATED:
        last_day: date | None = getattr(client, row.member)
        if last_day is not None:
            yield Ending(row.member, last_day, day_ends(last_day), row.warning(client, now), row.remedy)
