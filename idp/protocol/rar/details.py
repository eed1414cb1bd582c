"""Authorization details as a request brings them, a grant keeps them, and a token narrows them (RFC 9396 5, 6, 7)."""

from collections.abc import Collection, Sequence

import orjson
from authlib.oauth2.rfc6749.errors import OAuth2Error

from idp.grants.model import DETAILS_PLACE
from idp.kernel.secrets import Sealer
from idp.kernel.strict_json import read_strictly
from idp.protocol.errors import INVALID_AUTHORIZATION_DETAILS
from idp.protocol.rar.detail_type import Detail, DetailRefusedError
from idp.protocol.rar.types import TYPES

MAX_BYTES = 4 * 1024
# Each is a paragraph that a person reads before they press the button.
MAX_DETAILS = 4


class InvalidDetailsError(OAuth2Error):
    """The details are malformed, of a type that is not the client's, or more than was agreed to (RFC 9396 5)."""

    error = INVALID_AUTHORIZATION_DETAILS.code

    def __init__(self, description: str) -> None:
        super().__init__(description=description)


def read_details(text: str, allowed: Collection[str]) -> tuple[Detail, ...]:
    """Return what a request asks for, of the types that are allowed. Raises `InvalidDetailsError`."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise InvalidDetailsError("'authorization_details' has more than 4 KiB.")
    try:
        listed = read_strictly(text)
    except ValueError as error:
        raise InvalidDetailsError("'authorization_details' is no JSON.") from error
    if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_DETAILS:
        raise InvalidDetailsError(f"'authorization_details' is an array of 1 to {MAX_DETAILS} objects.")
    return tuple(_read(one, allowed) for one in listed)


def _read(one: object, allowed: Collection[str]) -> Detail:
    named = one.get("type") if isinstance(one, dict) else None
    if not isinstance(one, dict) or not isinstance(named, str) or named not in TYPES or named not in allowed:
        raise InvalidDetailsError("Each of 'authorization_details' has a type that the client is registered for.")
    try:
        members = TYPES[named].read({name: value for name, value in one.items() if name != "type"})
    except DetailRefusedError as error:
        raise InvalidDetailsError(f"A detail of type {named} is not taken: {error}.") from error
    return {"type": named, **members}


def written(details: Sequence[Detail]) -> str:
    """Return details as one text: the same for the same details."""
    return orjson.dumps(list(details), option=orjson.OPT_SORT_KEYS).decode() if details else ""


def listed(text: str) -> tuple[Detail, ...]:
    """Return the details that `written` wrote."""
    return tuple(orjson.loads(text)) if text else ()


def seal_details(sealer: Sealer, text: str) -> bytes | None:
    """Return details as codes and grants keep them; None where there are none."""
    return sealer.seal(text.encode(), DETAILS_PLACE) if text else None


def granted_details(sealer: Sealer, sealed: bytes | None, asked: str | None) -> tuple[Detail, ...]:
    """Return what a token of a grant has (RFC 9396 6): all that was agreed to, or those that the request names again.

    A detail is had as it was confirmed or not at all. Raises `InvalidDetailsError` for any other.
    """
    agreed = listed(sealer.open(sealed, DETAILS_PLACE).decode()) if sealed is not None else ()
    if asked is None:
        return agreed
    wanted = read_details(asked, TYPES)
    if not all(one in agreed for one in wanted):
        raise InvalidDetailsError("A detail is not among those that were agreed to.")
    return tuple(one for one in agreed if one in wanted)
