"""Every error of the protocol, one value each: its code, its status, and what it says where nobody says more.

`INVALID_GRANT.because("The code has expired.")` is the same error with a text of its own.
"""

from collections.abc import Mapping

from authlib.oauth2.rfc6749.errors import OAuth2Error
from msgspec import Struct

from idp.protocol.answers import NO_STORE, Answer
from records.structs import replace

# Authlib's error under our own roof: nobody above imports Authlib.
__all__ = ["BY_CODE", "OAuth2Error", "ProtocolError"]


class ProtocolError(Struct, frozen=True):
    """An error that programs know by its code; the description is public, printable ASCII (RFC 6749 5.2)."""

    code: str
    status: int
    description: str

    def because(self, description: str) -> "ProtocolError":
        """Return the same error with a description of its own."""
        return replace(self, description=description)

    def answer(self, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the error as JSON (RFC 6749 5.2)."""
        body = {"error": self.code, "error_description": self.description}
        return Answer(self.status, body, {**NO_STORE, **(headers or {})})


# RFC 6749 4.1.2.1, 5.2.
INVALID_REQUEST = ProtocolError("invalid_request", 400, "A required parameter is missing.")
INVALID_CLIENT = ProtocolError("invalid_client", 401, "The client did not prove itself by its registered method.")
INVALID_GRANT = ProtocolError(
    "invalid_grant", 400, "The code or token is unknown, expired, revoked or used, or it belongs to another client."
)
INVALID_SCOPE = ProtocolError("invalid_scope", 400, "The scope is unknown, malformed, or more than may be granted.")
UNAUTHORIZED_CLIENT = ProtocolError("unauthorized_client", 400, "The client is not registered for this.")
UNSUPPORTED_GRANT_TYPE = ProtocolError("unsupported_grant_type", 400, "The grant type is not supported.")
UNSUPPORTED_RESPONSE_TYPE = ProtocolError("unsupported_response_type", 400, "Only response_type code is answered.")
UNSUPPORTED_TOKEN_TYPE = ProtocolError("unsupported_token_type", 400, "The type of token is not supported.")
ACCESS_DENIED = ProtocolError("access_denied", 400, "The person declined.")
# RFC 8628 3.5.
AUTHORIZATION_PENDING = ProtocolError("authorization_pending", 400, "The person has not decided yet.")
SLOW_DOWN = ProtocolError("slow_down", 400, "Wait five seconds longer between two requests from now on.")
EXPIRED_TOKEN = ProtocolError("expired_token", 400, "The device code has expired.")
# CIBA 13.
INVALID_BINDING_MESSAGE = ProtocolError("invalid_binding_message", 400, "The binding message cannot be shown.")
# RFC 8707 2, RFC 8693 2.2.2.
INVALID_TARGET = ProtocolError("invalid_target", 400, "The resource is unknown, or not for this client.")
# RFC 9396 5.
INVALID_AUTHORIZATION_DETAILS = ProtocolError(
    "invalid_authorization_details", 400, "The authorization details are malformed, or of an unknown type."
)
# Of OpenID Connect Core and of OpenID Connect Core Error Code unmet_authentication_requirements.
LOGIN_REQUIRED = ProtocolError("login_required", 400, "The person must sign in.")
INTERACTION_REQUIRED = ProtocolError("interaction_required", 400, "The person must do something first.")
CONSENT_REQUIRED = ProtocolError("consent_required", 400, "The person must consent first.")
REQUEST_NOT_SUPPORTED = ProtocolError(
    "request_not_supported", 400, "The client registered no keys for request objects."
)
# RFC 9101 7: told on a page too, as what it says of the address is not to be believed.
INVALID_REQUEST_OBJECT = ProtocolError("invalid_request_object", 400, "The request object is not taken.")
# RFC 9126 4: told on a page of ours, as nothing says where an answer may go.
INVALID_REQUEST_URI = ProtocolError("invalid_request_uri", 400, "The pushed request is unknown, expired or answered.")
REQUEST_URI_NOT_SUPPORTED = ProtocolError("request_uri_not_supported", 400, "request_uri is not supported.")
UNMET_AUTHENTICATION_REQUIREMENTS = ProtocolError(
    "unmet_authentication_requirements", 400, "The account cannot reach the required level."
)
# RFC 6750 3.1, RFC 9470 3.
INVALID_TOKEN = ProtocolError("invalid_token", 401, "The access token is not active.")
INSUFFICIENT_SCOPE = ProtocolError("insufficient_scope", 403, "The access token lacks a scope.")
INSUFFICIENT_USER_AUTHENTICATION = ProtocolError(
    "insufficient_user_authentication", 401, "A second factor must be shown."
)
# RFC 9449 5, 7.1, 8.
INVALID_DPOP_PROOF = ProtocolError("invalid_dpop_proof", 400, "The DPoP proof does not prove this request.")
USE_DPOP_NONCE = ProtocolError("use_dpop_nonce", 400, "Use the nonce of the DPoP-Nonce header in the proof.")
# Told on a page of ours, never by a redirect.
INVALID_REDIRECT_URI = ProtocolError("invalid_redirect_uri", 400, "The address is not registered.")
# RFC 7591 3.2.2.
INVALID_CLIENT_METADATA = ProtocolError("invalid_client_metadata", 400, "A member of the client's metadata is wrong.")
INVALID_SOFTWARE_STATEMENT = ProtocolError("invalid_software_statement", 400, "The software statement does not hold.")
UNAPPROVED_SOFTWARE_STATEMENT = ProtocolError(
    "unapproved_software_statement", 400, "Nobody here trusts whoever signed the software statement."
)
# Ours: who tries a client out is led nowhere but back to it.
SANDBOX_CLIENT = ProtocolError("sandbox_client", 400, "The client is in the sandbox.")

BY_CODE: Mapping[str, ProtocolError] = {
    value.code: value for value in tuple(globals().values()) if isinstance(value, ProtocolError)
}
