"""Response types with tokens: who may ask for one, and what a request must have for it (OIDC Core 3.2, 3.3)."""

from clients.model import Client, ResponseType
from clients.policy import known_response_type, sends_tokens
from clients.profiles import profile_of
from idp.protocol.errors import (
    INVALID_REQUEST,
    INVALID_SCOPE,
    UNAUTHORIZED_CLIENT,
    UNSUPPORTED_RESPONSE_TYPE,
    ProtocolError,
)
from idp.protocol.forms import Form


def front_response_type(form: Form) -> ResponseType | None:
    """Return the response type of a request that asks for tokens; None for any other: Authlib judges that."""
    asked = known_response_type(form.get("response_type") or "")
    return asked if asked is not None and sends_tokens((asked,)) else None


def refused_response_type(asked: ResponseType, client: Client, form: Form) -> ProtocolError | None:
    """Return why a client does not get a response type; None where it does."""
    if asked not in profile_of(client).response_types:
        return UNSUPPORTED_RESPONSE_TYPE
    if asked not in client.response_types or "implicit" not in client.grant_types:
        return UNAUTHORIZED_CLIENT.because("The client did not register this response type.")
    if "id_token" not in asked.split(" "):
        return None
    if "openid" not in form.words("scope"):
        return INVALID_SCOPE.because("An ID token needs the scope openid.")
    if form.get("nonce") is None:
        # OIDC Core 3.2.2.1, 3.3.2.11: what came by the browser is told from a replay by nothing else.
        return INVALID_REQUEST.because("'nonce' is missing; an ID token that comes by the browser needs one.")
    return None
