"""The answer to an authorization request: where it goes, by which mode, and with which parameters."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from msgspec import Struct

from clients.exceptions.error_iss import omits_error_iss
from idp.protocol.authorize.checked_request import AuthorizationRequest, ResponseMode
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.authorize.response_modes import CARRIERS, SIGNED_MODES
from idp.protocol.authorize.signed_response import sign_response
from idp.protocol.provider import Provider
from records.structs import Unprinted


class BrowserState(Struct, frozen=True):
    """A value that is no credential, and until when it can be true."""

    value: str
    until: datetime


class AuthorizationResponse(Unprinted, Struct, frozen=True):
    """A response for a proven address; `carrier` is query, fragment or form_post, and the edge renders each."""

    redirect_uri: str
    carrier: ResponseMode
    parameters: Mapping[str, str]
    # What the browser is to remember of its session, where the client watches it (Session Management 3.2).
    browser_state: BrowserState | None = None

    def in_query(self) -> str:
        """Return the address with the parameters in its query (RFC 6749 4.1.2)."""
        joiner = "&" if "?" in self.redirect_uri else "?"
        return f"{self.redirect_uri}{joiner}{self._encoded()}"

    def in_fragment(self) -> str:
        """Return the address with the parameters in its fragment; a registered address has none (RFC 6749 4.2.2)."""
        return f"{self.redirect_uri}#{self._encoded()}"

    def _encoded(self) -> str:
        return "&".join(f"{name}={quote(value, safe='')}" for name, value in self.parameters.items())


def response_to(
    provider: Provider, request: AuthorizationRequest, values: Mapping[str, str], now: datetime
) -> AuthorizationResponse:
    """Return the response with `state` untouched and `iss` always (RFC 9207 2); signed where its mode says so."""
    return _response(provider, request, {**values, **_state(request), "iss": provider.issuer}, now)


def error_response(provider: Provider, error: RedirectError, now: datetime) -> AuthorizationResponse:
    """Return the response that tells the client of an error (RFC 6749 4.1.2.1).

    `iss` is left out for a client that is registered so, for a while (clients.exceptions.error_iss); a signed
    response has it.
    """
    request = error.request
    values = {"error": error.code, "error_description": error.description}
    if omits_error_iss(request.client, now):
        return _response(provider, request, {**values, **_state(request)}, now)
    return response_to(provider, request, values, now)


def _state(request: AuthorizationRequest) -> dict[str, str]:
    return {} if request.state is None else {"state": request.state}


def _response(
    provider: Provider, request: AuthorizationRequest, parameters: Mapping[str, str], now: datetime
) -> AuthorizationResponse:
    mode = request.response_mode
    if mode in SIGNED_MODES:
        parameters = {"response": sign_response(provider, request.client, parameters, now)}
    return AuthorizationResponse(request.redirect_uri, CARRIERS[mode], parameters)
