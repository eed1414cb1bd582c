"""The checks of an authorization request: the whole security argument of the endpoint, in order, on one screen."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from re import fullmatch

from authlib.oauth2.rfc6749.errors import OAuth2Error
from msgspec import Struct

from clients.addresses.redirect_uris import match_redirect_uri
from clients.model import Client
from clients.policy import must_push, requires_pkce
from idp.delegation.model import ALL_POWERS, Power
from idp.protocol.authorize.checked_request import AuthorizationRequest, ResponseMode
from idp.protocol.authorize.errors import PageError, RedirectError
from idp.protocol.authorize.submitted import Provenance, SubmittedRequest
from idp.protocol.decider import AuthorizationDecider, DecisionRequest, error_of
from idp.protocol.errors import (
    INVALID_CLIENT,
    INVALID_REDIRECT_URI,
    INVALID_REQUEST,
    INVALID_SCOPE,
    REQUEST_NOT_SUPPORTED,
    REQUEST_URI_NOT_SUPPORTED,
    UNAUTHORIZED_CLIENT,
    ProtocolError,
)
from idp.protocol.extensions.acting_choice import SELF, is_choice
from idp.protocol.forms import Form
from idp.protocol.policy import GOVERNED_SCOPES, SCOPES
from idp.protocol.provider import Provider
from idp.protocol.tokens.issued import ID_TOKEN_TYPE
from records.structs import replace

PROMPTS = frozenset({"none", "login", "consent", "select_account"})
_MAX_STATE = 4096
_MAX_NONCE = 1024
# All that the checks below read. Whatever else a request carries is ignored (RFC 6749 3.1) and kept nowhere.
PARAMETERS = frozenset(
    {
        *("client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce"),
        *("code_challenge", "code_challenge_method", "prompt", "max_age", "id_token_hint", "acr_values", "login_hint"),
        *("ui_locales", "request", "request_uri", "assisted", "acting_for", "acting_power", "dpop_jkt"),
    }
)
# A request waits for its person in the short-lived store: an unknown browser's may not be large.
MAX_REQUEST = 8 * 1024


class _Case(Struct):
    """What a check looks at. The request grows check by check: a new case for each cost a thirtieth of a code flow."""

    provider: Provider
    form: Form
    request: AuthorizationRequest
    provenance: Provenance


def read_request(provider: Provider, submitted: SubmittedRequest) -> AuthorizationRequest:
    """Return the checked request. Raises `PageError` (never a redirect) or `RedirectError`."""
    if submitted.fault is not None:
        raise PageError(submitted.fault, submitted.fault.description)
    case = _Case(provider, submitted.form, _identify(submitted.form, submitted.client), submitted.provenance)
    for check in CHECKS:
        try:
            case.request = check(case)
        except _Refusal as refusal:
            raise RedirectError(case.request, refusal.error) from refusal
    return case.request


def known_parameters(form: Form) -> dict[str, str]:
    """Return the parameters that are worth keeping while a request waits for its person."""
    return {name: value for name, value in form.data.items() if name in PARAMETERS}


def size_of(parameters: Mapping[str, str]) -> int:
    """Return how many bytes parameters have."""
    return sum(len(name) + len(value.encode("utf-8", "surrogatepass")) for name, value in parameters.items())


def _identify(form: Form, client: Client | None) -> AuthorizationRequest:
    """Find out who asks and where the answer may go; until both are sure there is no redirect (RFC 9700 4.11)."""
    if form.repeated & {"client_id", "redirect_uri"}:
        raise PageError(INVALID_REQUEST, "client_id or redirect_uri was sent more than once")
    if client is None or not client.active or form.get("client_id") != client.client_id:
        raise PageError(INVALID_CLIENT, "no such client, or it is disabled")
    wanted = form.get("redirect_uri")
    only = client.redirect_uris[0] if len(client.redirect_uris) == 1 else None
    target = wanted or only
    if target is None or not match_redirect_uri(client.redirect_uris, target, client.application_type):
        raise PageError(INVALID_REDIRECT_URI, "redirect_uri is missing or is not registered for this client")
    return AuthorizationRequest(client, target, wanted is not None, form.get("state"))


class _Refusal(Exception):  # noqa: N818 - it never leaves this file; RedirectError is the error
    def __init__(self, error: ProtocolError) -> None:
        super().__init__(error.code)
        self.error = error


def check_nothing_is_repeated(case: _Case) -> AuthorizationRequest:
    """RFC 6749 3.1: parameters MUST NOT be included more than once."""
    if "state" in case.form.repeated:
        # Which of two states is the client's? Neither is returned.
        raise RedirectError(replace(case.request, state=None), INVALID_REQUEST.because("'state' was sent twice."))
    if case.form.repeated:
        raise _Refusal(INVALID_REQUEST.because("A parameter was sent more than once."))
    return case.request


def check_no_request_object(case: _Case) -> AuthorizationRequest:
    """OIDC Core 6: request objects are refused by name, never ignored."""
    if case.form.get("request") is not None:
        raise _Refusal(REQUEST_NOT_SUPPORTED.because("Request objects are not supported."))
    if case.form.get("request_uri") is not None:
        raise _Refusal(REQUEST_URI_NOT_SUPPORTED.because("request_uri is not supported."))
    return case.request


def check_source(case: _Case) -> AuthorizationRequest:
    """RFC 9126 6, FAPI 2.0 5.3.2.2: what is pushed is not taken from a browser, and says where the answer goes."""
    if case.provenance is Provenance.PLAIN and must_push(case.request.client):
        raise _Refusal(INVALID_REQUEST.because("This client pushes its requests to the PAR endpoint."))
    if must_push(case.request.client) and not case.request.redirect_uri_given:
        raise _Refusal(INVALID_REQUEST.because("'redirect_uri' is missing; a pushed request names it."))
    return case.request


def check_with_authlib(case: _Case) -> AuthorizationRequest:
    """RFC 6749 4.1.1: Authlib finds the grant for the response type and judges whether the client may use it."""
    if case.form.get("response_type") is None:
        raise _Refusal(INVALID_REQUEST.because("'response_type' is missing."))
    try:
        AuthorizationDecider(case.provider, case.request.client).get_consent_grant(
            DecisionRequest(case.provider, case.form)
        )
    except OAuth2Error as error:
        raise _Refusal(error_of(error)) from error
    return case.request


def check_response_mode(case: _Case) -> AuthorizationRequest:
    """OAuth 2.0 Multiple Response Types 2.1: the code travels in the query."""
    asked = case.form.get("response_mode")
    if asked is None:
        return case.request
    if asked not in set(ResponseMode):
        raise _Refusal(INVALID_REQUEST.because("Only response_mode query is supported."))
    return replace(case.request, response_mode=ResponseMode(asked))


def check_scope(case: _Case) -> AuthorizationRequest:
    """OIDC Core 3.1.2.1: unknown scopes are ignored; what the client did not register is not granted.

    A governed claim is never passed over in silence: who is not allowed it is told so (RFC 6749 4.1.2.1).
    """
    client = case.request.client
    allowed, asked = client.scope, case.form.words("scope")
    if not GOVERNED_SCOPES.intersection(asked) <= frozenset[str](client.governed_claims):
        raise _Refusal(INVALID_SCOPE.because("This client is not allowed a governed claim that it asks for."))
    scope = tuple(name for name in asked if name in SCOPES and name in allowed)
    if not scope:
        raise _Refusal(INVALID_SCOPE.because("No scope is left that this client may ask for."))
    if "offline_access" in scope and "refresh_token" not in client.grant_types:
        # OIDC Core 11: without the grant the request is ignored, not refused.
        scope = tuple(name for name in scope if name != "offline_access")
    return replace(case.request, scope=scope)


def check_assisted(case: _Case) -> AuthorizationRequest:
    """Our own parameter (RFC 6749 8.2): `assisted=1`, only for clients that register `assisted_filing`.

    What is filed at a counter is read while the citizen is there: nothing of it outlives the short session.
    """
    value = case.form.get("assisted")
    if value is None:
        return case.request
    if value != "1":
        raise _Refusal(INVALID_REQUEST.because("'assisted' is 1 or absent."))
    if not case.request.client.assisted_filing:
        raise _Refusal(UNAUTHORIZED_CLIENT.because("This client is not registered for assisted filing."))
    scope = tuple(name for name in case.request.scope if name != "offline_access")
    return replace(case.request, assisted=True, scope=scope)


def check_pkce(case: _Case) -> AuthorizationRequest:
    """RFC 9700 2.1.1, RFC 7636 4.3: S256, demanded here and not only at the token endpoint."""
    challenge, method = case.form.get("code_challenge"), case.form.get("code_challenge_method")
    if challenge is None:
        if method is not None or requires_pkce(case.request.client):
            raise _Refusal(INVALID_REQUEST.because("'code_challenge' is missing; use PKCE with S256."))
        return case.request
    if method != "S256":
        raise _Refusal(INVALID_REQUEST.because("Only code_challenge_method S256 is supported."))
    if not fullmatch(r"[A-Za-z0-9_-]{43}", challenge):
        raise _Refusal(INVALID_REQUEST.because("'code_challenge' is no S256 challenge."))
    return replace(case.request, code_challenge=challenge)


def check_dpop_jkt(case: _Case) -> AuthorizationRequest:
    """RFC 9449 10: the thumbprint (RFC 7638) of the key that alone may redeem the code."""
    thumbprint = case.form.get("dpop_jkt")
    if thumbprint is None:
        return case.request
    if not fullmatch(r"[A-Za-z0-9_-]{43}", thumbprint):
        raise _Refusal(INVALID_REQUEST.because("'dpop_jkt' is no SHA-256 thumbprint of a key."))
    return replace(case.request, dpop_jkt=thumbprint)


def check_sizes(case: _Case) -> AuthorizationRequest:
    """Bound what is stored or sent back; a longer value is refused, never cut."""
    state, nonce = case.form.get("state"), case.form.get("nonce")
    if len(state or "") > _MAX_STATE or len(nonce or "") > _MAX_NONCE:
        raise _Refusal(INVALID_REQUEST.because("'state' or 'nonce' is too long."))
    if size_of(known_parameters(case.form)) > MAX_REQUEST:
        raise _Refusal(INVALID_REQUEST.because("The request has more than 8 KiB."))
    return replace(case.request, nonce=nonce)


def check_prompt(case: _Case) -> AuthorizationRequest:
    """OIDC Core 3.1.2.1: known values; `none` stands alone."""
    prompt = frozenset(case.form.words("prompt"))
    if not prompt <= PROMPTS:
        raise _Refusal(INVALID_REQUEST.because("'prompt' has an unknown value."))
    if "none" in prompt and len(prompt) > 1:
        raise _Refusal(INVALID_REQUEST.because("prompt none stands alone."))
    return replace(case.request, prompt=prompt) if prompt else case.request


def check_max_age(case: _Case) -> AuthorizationRequest:
    """OIDC Core 3.1.2.1: seconds since the person last authenticated; the registered default otherwise."""
    value = case.form.get("max_age")
    if value is None:
        default = case.request.client.default_max_age
        return replace(case.request, max_age=default) if default is not None else case.request
    if not fullmatch(r"[0-9]{1,9}", value):
        raise _Refusal(INVALID_REQUEST.because("'max_age' is a number of seconds."))
    return replace(case.request, max_age=timedelta(seconds=int(value)))


def check_id_token_hint(case: _Case) -> AuthorizationRequest:
    """OIDC Core 3.1.2.1: an ID token of ours for this client, however old; anything else is refused."""
    hint = case.form.get("id_token_hint")
    if hint is None:
        return case.request
    verified = case.provider.verifier.verify_hint(hint)
    claims = verified.claims if verified else {}
    subject = claims.get("sub")
    # A logout token of ours names the same audience and subject: the type tells them apart (RFC 8725 3.11).
    is_id_token = verified is not None and verified.header.get("typ") == ID_TOKEN_TYPE
    if not is_id_token or claims.get("aud") != case.request.client.client_id or not isinstance(subject, str):
        raise _Refusal(INVALID_REQUEST.because("'id_token_hint' is no ID token of this provider for this client."))
    return replace(case.request, hinted_subject=subject)


def check_acting(case: _Case) -> AuthorizationRequest:
    """Our own parameters: for whom the person shall act, and with which power; only where the client deals with that.

    What is asked for decides who is let in, so an unknown value is refused and never taken for "anybody".
    """
    wanted, power = case.form.get("acting_for"), case.form.get("acting_power")
    if wanted is not None and not is_choice(wanted):
        raise _Refusal(INVALID_REQUEST.because("'acting_for' is self, choose, organisation, a code or a subject."))
    if power is not None and power not in frozenset[str](ALL_POWERS):
        raise _Refusal(INVALID_REQUEST.because("'acting_power' is no power of the catalogue."))
    acting = case.request.client.acting
    if acting == "self" and (power is not None or wanted not in {None, SELF}):
        raise _Refusal(INVALID_REQUEST.because("This client is not registered for acting for others."))
    if wanted == SELF and (power is not None or acting == "required"):
        raise _Refusal(INVALID_REQUEST.because("acting_for self leaves nobody to act for."))
    if case.request.assisted and (acting == "required" or power is not None or wanted not in {None, SELF}):
        # A citizen at a counter acts for themself; a portal that wants more must not take that for it.
        raise _Refusal(
            INVALID_REQUEST.because("A request for assisted filing cannot be for somebody who acts for others.")
        )
    if wanted is None and power is None:
        return case.request
    return replace(case.request, acting_for=wanted, acting_power=Power(power) if power else None)


def take_preferences(case: _Case) -> AuthorizationRequest:
    """OIDC Core 3.1.2.1: what the client would like; never a reason to refuse."""
    return replace(
        case.request,
        acr_values=case.form.words("acr_values") or case.request.client.default_acr_values,
        login_hint=case.form.get("login_hint"),
        ui_locales=case.form.get("ui_locales"),
    )


CHECKS: tuple[Callable[[_Case], AuthorizationRequest], ...] = (
    check_nothing_is_repeated,
    check_sizes,
    check_no_request_object,
    check_source,
    check_with_authlib,
    check_response_mode,
    check_scope,
    check_assisted,
    check_pkce,
    check_dpop_jkt,
    check_prompt,
    check_max_age,
    check_id_token_hint,
    check_acting,
    take_preferences,
)
