"""Looks at people: somebody has an address for a quarter of an hour only, in the session that looked (decision 40)."""

import msgspec

from idp.admin.people.commands import LookupKey, Purpose
from idp.admin.people.service import MOST_LOOKUPS
from idp.kernel.ids import AccountId, new_id
from idp.web.admin_api.operation import PREFIX
from idp.web.admin_api.operations.people import LookupReference, LookupRequest

# Stands in an address for the look that is made first.
LOOK = "{look}"
LOOKUPS = f"{PREFIX}/people/lookups"
# Two pages of somebody share what an administrator may look for in an hour, and some are left.
EACH_PAGE = MOST_LOOKUPS * 2 // 5
_CASE = "BENCH-1"
_MADE = 201


def command_for(account_id: AccountId) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers of the call that looks for somebody."""
    body = LookupRequest(LookupKey.ACCOUNT, account_id, Purpose.COMPLAINT, _CASE)
    return msgspec.json.encode(body), {"Content-Type": "application/json", "Idempotency-Key": new_id()}


def look_in(status: int, body: bytes) -> str:
    """Return the look that was answered. Raises `RuntimeError` where it shows nobody."""
    made = msgspec.json.decode(body, type=LookupReference) if status == _MADE else None
    if made is None or made.found != 1:
        raise RuntimeError(f"nobody was found: {status}")
    return made.lookup
