"""Pages of lists: how many rows, and an opaque cursor to the next."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Annotated

import msgspec

from clients.errors import Problem
from idp.web.admin_api.problems import ApiError, Code

LARGEST_PAGE = 200
Limit = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_PAGE, description="How many rows at most.")]
Cursor = Annotated[str, msgspec.Meta(max_length=400, description="`next` of the page before.")]
_UNREADABLE = Problem("after", "cursor", "it is no cursor of this list", "give `next` of the page before as it came")


class PageQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of a list."""

    limit: Limit = 50
    after: Cursor = ""


def cursor_of(*position: str) -> str:
    """Return the cursor to what follows the row at `position`."""
    return urlsafe_b64encode(msgspec.json.encode(position)).rstrip(b"=").decode("ascii")


def position_of(cursor: str, width: int = 1) -> tuple[str, ...] | None:
    """Return where a page begins: None for the first. Raises `ApiError` for what is no cursor.

    Nothing is allowed because of a cursor: it names a place in a list, and what stands there is asked for anew.
    """
    if not cursor:
        return None
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        position = msgspec.json.decode(raw, type=tuple[str, ...])
    except (UnicodeEncodeError, Error, ValueError, msgspec.DecodeError) as error:
        raise ApiError(Code.INVALID_QUERY, [_UNREADABLE]) from error
    if len(position) != width or any("\0" in one for one in position):
        raise ApiError(Code.INVALID_QUERY, [_UNREADABLE])
    return position
