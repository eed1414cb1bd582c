"""The body of a registration request (RFC 7591 3.1): one JSON object, read strictly and within bounds."""

from clients.document import Document
from idp.kernel.strict_json import is_unicode, read_strictly
from idp.protocol.dynamic_registration.errors import RegistrationError
from idp.protocol.errors import INVALID_CLIENT_METADATA

MAX_BYTES = 32 * 1024
MAX_MEMBERS = 100
# Metadata, a key set inside, its keys, their members.
MAX_DEPTH = 8


def read_request(body: bytes) -> Document:
    """Return the object. Raises `RegistrationError` for what is none, is too large, or says a thing twice."""
    if len(body) > MAX_BYTES:
        raise _refuse(f"The document has more than {MAX_BYTES} bytes.")
    try:
        found = read_strictly(body)
    except ValueError as error:
        raise _refuse("The body is not one JSON object, or has a member twice.") from error
    if not isinstance(found, dict):
        raise _refuse("The body is not one JSON object.")
    if len(found) > MAX_MEMBERS:
        raise _refuse(f"The document has more than {MAX_MEMBERS} members.")
    if not _is_writable(found, MAX_DEPTH):
        raise _refuse("The document is nested too deeply, or a text in it has characters that no store takes.")
    return found


def _is_writable(value: object, depth: int) -> bool:
    if depth < 0:
        return False
    if isinstance(value, str):
        # Half of a pair is no character, and PostgreSQL has no NUL in its texts.
        return "\0" not in value and is_unicode(value)
    if isinstance(value, dict):
        return all(_is_writable(name, depth) and _is_writable(inner, depth - 1) for name, inner in value.items())
    return not isinstance(value, list) or all(_is_writable(inner, depth - 1) for inner in value)


def _refuse(why: str) -> RegistrationError:
    return RegistrationError(INVALID_CLIENT_METADATA.because(why))
