"""The answer to an authorization request: where it goes, by which mode, and with which parameters."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from msgspec import Struct

from idp.protocol.authorize.checked_request import AuthorizationRequest, ResponseMode
from idp.protocol.authorize.errors import RedirectError
from records.structs import Unprinted


class BrowserState(Struct, frozen=True):
    """A value that is no credential, and until when it can be true."""

    value: str
    until: datetime


class AuthorizationResponse(Unprinted, Struct, frozen=True):
    """A response for a proven address; the edge renders it by its mode."""

    redirect_uri: str
    mode: ResponseMode
    parameters: Mapping[str, str]
    # What the browser is to remember of its session, where the client watches it (Session Management 3.2).
    browser_state: BrowserState | None = None

    def in_query(self) -> str:
        """Return the address with the parameters in its query (RFC 6749 4.1.2)."""
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in self.parameters.items())
        joiner = "&" if "?" in self.redirect_uri else "?"
        return f"{self.redirect_uri}{joiner}{query}"


def response_to(request: AuthorizationRequest, issuer: str, values: Mapping[str, str]) -> AuthorizationResponse:
    """Return the response with `state` untouched and `iss` always (RFC 9207 2)."""
    state = {} if request.state is None else {"state": request.state}
    return AuthorizationResponse(request.redirect_uri, request.response_mode, {**values, **state, "iss": issuer})


def error_response(issuer: str, error: RedirectError) -> AuthorizationResponse:
    """Return the response that tells the client of an error (RFC 6749 4.1.2.1)."""
    return response_to(error.request, issuer, {"error": error.code, "error_description": error.description})
