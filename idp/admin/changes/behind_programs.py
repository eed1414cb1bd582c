"""Who is behind a program: whoever had a change of it applied, and so may hold the key that it acts with."""

from collections.abc import Sequence

from clients.model import ClientId
from idp.admin.changes.model import Change, ChangeReader, ChangeState, ObjectKind
from idp.admin.programs import program_of
from idp.kernel.ids import AccountId

_AT_ONCE = 100
_APPLIED = frozenset({ChangeState.APPLIED, ChangeState.UNDONE})


async def accounts_behind(changes: ChangeReader, program: ClientId) -> Sequence[AccountId]:
    """Return the accounts that proposed what a program is, however long ago: a key lives as long as its registration.

    None of them decides on what it proposes; else one person with a program would be two people.
    """
    found: dict[AccountId, None] = {}
    before = ""
    while read := await changes.of_object(ObjectKind.CLIENT, program, before, _AT_ONCE):
        found |= dict.fromkeys(_proposers(read))
        before = read[-1].id
    return list(found)


def _proposers(changes: Sequence[Change]) -> Sequence[AccountId]:
    applied = [one.proposed_by.account_id for one in changes if one.state in _APPLIED]
    return [account_id for account_id in applied if program_of(account_id) is None]
