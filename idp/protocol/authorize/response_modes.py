"""Which mode a response travels by: the one asked for, or the default of its response type."""

from collections.abc import Mapping
from types import MappingProxyType

from clients.addresses.uri import parse_uri
from clients.policy import TOKEN_WORDS
from idp.protocol.authorize.checked_request import ResponseMode
from idp.protocol.errors import INVALID_REQUEST, ProtocolError
from idp.protocol.forms import Form

# What carries the parameters of each mode: three ways to a client, and the edge renders each of them.
CARRIERS: Mapping[ResponseMode, ResponseMode] = MappingProxyType(
    {
        ResponseMode.QUERY: ResponseMode.QUERY,
        ResponseMode.FRAGMENT: ResponseMode.FRAGMENT,
        ResponseMode.FORM_POST: ResponseMode.FORM_POST,
        ResponseMode.QUERY_JWT: ResponseMode.QUERY,
        ResponseMode.FRAGMENT_JWT: ResponseMode.FRAGMENT,
        ResponseMode.FORM_POST_JWT: ResponseMode.FORM_POST,
    }
)
# Their parameters are one signed JWT (JARM 2.3).
SIGNED_MODES = frozenset({ResponseMode.QUERY_JWT, ResponseMode.FRAGMENT_JWT, ResponseMode.FORM_POST_JWT})
_RESPONSES = TOKEN_WORDS | {"code"}


def carries_tokens(response_type: str) -> bool:
    """Say whether a response type asks for tokens, whoever may have it (OAuth 2.0 Multiple Response Types 3, 5)."""
    words = frozenset(response_type.split(" "))
    return words <= _RESPONSES and not words.isdisjoint(TOKEN_WORDS)


def mode_of_answer(form: Form, redirect_uri: str) -> ResponseMode:
    """Return the mode by which a request is answered, errors too: what it asks for, or the default if it may not."""
    default = _default_mode(form)
    if "response_mode" in form.repeated or refused_mode(form, redirect_uri) is not None:
        return default
    match form.get("response_mode"):
        case None:
            return default
        case ResponseMode.JWT:
            # JARM 2.3.4: query.jwt for a code alone, fragment.jwt for tokens.
            return ResponseMode.QUERY_JWT if default is ResponseMode.QUERY else ResponseMode.FRAGMENT_JWT
        case asked:
            return ResponseMode(asked)


def refused_mode(form: Form, redirect_uri: str) -> ProtocolError | None:
    """Return why the mode that a request asks for is not given; None where it is."""
    asked = form.get("response_mode")
    if asked is None:
        return None
    if asked not in frozenset[str](ResponseMode):
        return INVALID_REQUEST.because("'response_mode' has an unknown value.")
    carrier = CARRIERS.get(ResponseMode(asked))
    # OAuth 2.0 Multiple Response Types 5, JARM 2.3.1: a query is logged on its way, so no token travels in one.
    if carrier is ResponseMode.QUERY and _default_mode(form) is not ResponseMode.QUERY:
        return INVALID_REQUEST.because("Tokens do not travel in a query; use fragment or form_post.")
    if carrier is ResponseMode.FORM_POST and not _can_be_posted_to(redirect_uri):
        return INVALID_REQUEST.because("form_post needs a redirect_uri of http or https at a named host.")
    return None


def _can_be_posted_to(redirect_uri: str) -> bool:
    """Say whether a page may post there: a content policy has no word for a host of IPv6 (CSP Level 3, 2.3.1)."""
    uri = parse_uri(redirect_uri)
    return uri.is_web and not uri.host.startswith("[")


def _default_mode(form: Form) -> ResponseMode:
    """Return how a response type is answered where nothing is asked (OAuth 2.0 Multiple Response Types 5)."""
    return ResponseMode.FRAGMENT if carries_tokens(form.get("response_type") or "") else ResponseMode.QUERY
