"""The first administrators of a country: who begins has nobody to wait for."""

from collections.abc import Sequence
from datetime import datetime

from idp.app.foundation.opening import Foundation
from idp.cli.errors import OperatorError
from idp.officers.administrators import Administrator
from idp.officers.roles import NATIONAL, Role

# As many as what takes two needs.
_FIRST = 2
_PAGE = 500


async def rested_from(foundation: Foundation, now: datetime) -> datetime | None:
    """Return from when a role that the host gives approves: at once while the country has not two operators.

    None, from then on: it rests like every other.
    """
    return now if await begins(foundation, now) else None


async def begins(foundation: Foundation, now: datetime) -> bool:
    """Say whether the country has not two operators: then there is nobody to agree with whoever holds the host."""
    return await _operators(foundation, now) < _FIRST


async def demand_beginning(foundation: Foundation, codes: Sequence[str], what: str) -> None:
    """Raise OperatorError that names what the host may not do to these alone, once somebody can agree with it."""
    if codes and not await begins(foundation, foundation.clock.now()):
        raise OperatorError(f"{', '.join(codes)} {what}")


async def _operators(foundation: Foundation, now: datetime) -> int:
    found, after = 0, ""
    while page := await foundation.database.administrators.page((NATIONAL,), after, _PAGE):
        found += sum(_operates(administrator, now) for administrator in page)
        after = page[-1].officer.account_id
    return found


def _operates(administrator: Administrator, now: datetime) -> bool:
    return any(grant.role is Role.NATIONAL_OPERATOR for grant in administrator.standing(now))
