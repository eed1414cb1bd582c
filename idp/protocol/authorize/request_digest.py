"""One authorization request, told apart from every other: what somebody agreed to is good for that one alone."""

from hashlib import sha256

import msgspec
from msgspec.structs import fields

from idp.protocol.authorize.checked_request import AuthorizationRequest

_MEMBERS = tuple(field.name for field in fields(AuthorizationRequest) if field.name != "client")
# Sets come in another order in each process.
_ENCODER = msgspec.json.Encoder(order="deterministic")


def request_digest(request: AuthorizationRequest) -> bytes:
    """Return 32 bytes that are the same only for the same client and the same parameters, as checked."""
    asked = {name: getattr(request, name) for name in _MEMBERS}
    return sha256(_ENCODER.encode({**asked, "client": request.client.client_id})).digest()
