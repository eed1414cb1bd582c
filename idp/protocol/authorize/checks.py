"""The checks of an authorization request: the whole security argument of the endpoint, in order, on one screen."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from re import fullmatch

from authlib.oauth2.rfc6749.errors import OAuth2Error

from clients.addresses.redirect_uris import match_redirect_uri
from clients.exceptions.nonce_for_pkce import may_send_nonce_alone
from clients.model import Client
from clients.policy import must_push, requires_pkce, sends_code
from idp.delegation.model import ALL_POWERS, Power
from idp.protocol.authorize.asked_claims import AskedClaims, judge_claims
from idp.protocol.authorize.asked_details import check_details
from idp.protocol.authorize.asked_resources import check_resources
from idp.protocol.authorize.case import Case, Check, CheckRefusal, run_checks
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.claims_parameter import ClaimsRefusedError
from idp.protocol.authorize.errors import PageError, RedirectError
from idp.protocol.authorize.response_modes import mode_of_answer, refused_mode
from idp.protocol.authorize.response_types import front_response_type, refused_response_type
from idp.protocol.authorize.submitted import SubmittedRequest
from idp.protocol.decider import AuthorizationDecider, DecisionRequest, error_of
from idp.protocol.errors import (
    INVALID_CLIENT,
    INVALID_REDIRECT_URI,
    INVALID_REQUEST,
    INVALID_REQUEST_URI,
    INVALID_SCOPE,
    REQUEST_NOT_SUPPORTED,
    REQUEST_URI_NOT_SUPPORTED,
    UNAUTHORIZED_CLIENT,
)
from idp.protocol.extensions.acting_choice import SELF, is_choice
from idp.protocol.forms import Form
from idp.protocol.policy import GOVERNED_SCOPES, SCOPES
from idp.protocol.provider import Provider
from idp.protocol.tokens.kinds import is_id_token
from records.structs import replace

PROMPTS = frozenset({"none", "login", "consent", "select_account", "create"})
_MAX_STATE = 4096
_MAX_NONCE = 1024
# All that the checks below read. Whatever else a request carries is ignored (RFC 6749 3.1) and kept nowhere.
PARAMETERS = frozenset(
    {
        *("client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce"),
        *("code_challenge", "code_challenge_method", "prompt", "max_age", "id_token_hint", "acr_values", "login_hint"),
        *(
            "ui_locales",
            "request",
            "request_uri",
            "assisted",
            "acting_for",
            "acting_power",
            "dpop_jkt",
            "claims",
            *("resource", "authorization_details"),
        ),
    }
)
# A request waits for its person in the short-lived store: an unknown browser's may not be large.
MAX_REQUEST = 8 * 1024


def read_request(provider: Provider, submitted: SubmittedRequest, now: datetime) -> AuthorizationRequest:
    """Return the checked request. Raises `PageError` (never a redirect) or `RedirectError`."""
    if submitted.fault is not None:
        raise PageError(submitted.fault, submitted.fault.description)
    request = _identify(submitted.form, submitted.client)
    case = Case(provider, submitted.form, request, submitted.provenance, now, submitted.given)
    return run_checks(case, CHECKS)


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
    if wanted is None and "openid" in form.words("scope"):
        # OIDC Core 3.1.2.1 has no default, even where a single address is registered.
        raise PageError(INVALID_REQUEST, "redirect_uri is missing; with the scope openid it is required")
    only = client.redirect_uris[0] if len(client.redirect_uris) == 1 else None
    target = wanted or only
    if target is None or not match_redirect_uri(client.redirect_uris, target, client.application_type):
        raise PageError(INVALID_REDIRECT_URI, "redirect_uri is missing or is not registered for this client")
    return AuthorizationRequest(client, target, wanted is not None, form.get("state"), mode_of_answer(form, target))


def check_nothing_is_repeated(case: Case) -> AuthorizationRequest:
    """RFC 6749 3.1: parameters MUST NOT be included more than once."""
    if "state" in case.form.repeated:
        # Which of two states is the client's? Neither is returned.
        raise RedirectError(replace(case.request, state=None), INVALID_REQUEST.because("'state' was sent twice."))
    if case.form.repeated:
        raise CheckRefusal(INVALID_REQUEST.because("A parameter was sent more than once."))
    return case.request


def check_no_request_object(case: Case) -> AuthorizationRequest:
    """OIDC Core 6: what was not read before is refused by name, never ignored."""
    carried, reference = case.form.get("request"), case.form.get("request_uri")
    if carried is not None and reference is not None:
        raise CheckRefusal(INVALID_REQUEST.because("'request' and 'request_uri' are not sent together."))
    if carried is not None:
        raise CheckRefusal(REQUEST_NOT_SUPPORTED.because("The client registered no keys for request objects."))
    if reference is not None and case.request.client.request_uris:
        raise CheckRefusal(INVALID_REQUEST_URI.because("'request_uri' is none of the registered request_uris."))
    if reference is not None:
        raise CheckRefusal(REQUEST_URI_NOT_SUPPORTED.because("The client registered no request_uris."))
    return case.request


def check_source(case: Case) -> AuthorizationRequest:
    """RFC 9126 6, FAPI 2.0 5.3.2.2: what is pushed is not taken from a browser, and says where the answer goes."""
    if case.request.client.require_signed_request_object and not case.provenance.signed:
        raise CheckRefusal(INVALID_REQUEST.because("This client signs its requests; send a request object."))
    if not case.provenance.pushed and must_push(case.request.client):
        raise CheckRefusal(INVALID_REQUEST.because("This client pushes its requests to the PAR endpoint."))
    if must_push(case.request.client) and not case.request.redirect_uri_given:
        raise CheckRefusal(INVALID_REQUEST.because("'redirect_uri' is missing; a pushed request names it."))
    return case.request


def check_tokens_in_front(case: Case) -> AuthorizationRequest:
    """OAuth 2.0 Multiple Response Types 3: a response type with tokens, of a client whose profile lets them leave."""
    asked = front_response_type(case.form)
    if asked is None:
        return case.request
    refused = refused_response_type(asked, case.request.client, case.form)
    if refused is not None:
        raise CheckRefusal(refused)
    return replace(case.request, response_type=asked)


def check_with_authlib(case: Case) -> AuthorizationRequest:
    """RFC 6749 4.1.1: Authlib finds the grant for the response type and judges whether the client may use it."""
    if case.form.get("response_type") is None:
        raise CheckRefusal(INVALID_REQUEST.because("'response_type' is missing."))
    if case.request.response_type != "code":
        return case.request
    try:
        AuthorizationDecider(case.provider, case.request.client).get_consent_grant(
            DecisionRequest(case.provider, case.form)
        )
    except OAuth2Error as error:
        raise CheckRefusal(error_of(error)) from error
    return case.request


def check_response_mode(case: Case) -> AuthorizationRequest:
    """OAuth 2.0 Multiple Response Types 2.1, 5: a known mode, and never tokens in a query."""
    refused = refused_mode(case.form, case.request.redirect_uri)
    if refused is not None:
        raise CheckRefusal(refused)
    return case.request


def check_scope(case: Case) -> AuthorizationRequest:
    """OIDC Core 3.1.2.1: unknown scopes are ignored; what the client did not register is not granted.

    A governed claim is never passed over in silence: who is not allowed it is told so (RFC 6749 4.1.2.1).
    """
    client = case.request.client
    allowed, asked = client.scope, case.form.words("scope")
    if not GOVERNED_SCOPES.intersection(asked) <= frozenset[str](client.governed_claims):
        raise CheckRefusal(INVALID_SCOPE.because("This client is not allowed a governed claim that it asks for."))
    scope = tuple(name for name in asked if name in SCOPES and name in allowed)
    if not scope:
        raise CheckRefusal(INVALID_SCOPE.because("No scope is left that this client may ask for."))
    refreshes = "refresh_token" in client.grant_types and sends_code(case.request.response_type)
    if "offline_access" in scope and not refreshes:
        # OIDC Core 11: without the grant, or without a code, the request is ignored, not refused.
        scope = tuple(name for name in scope if name != "offline_access")
    return replace(case.request, scope=scope)


def check_assisted(case: Case) -> AuthorizationRequest:
    """Our own parameter (RFC 6749 8.2): `assisted=1`, only for clients that register `assisted_filing`.

    What is filed at a counter is read while the citizen is there: nothing of it outlives the short session.
    """
    value = case.form.get("assisted")
    if value is None:
        return case.request
    if value != "1":
        raise CheckRefusal(INVALID_REQUEST.because("'assisted' is 1 or absent."))
    if not case.request.client.assisted_filing:
        raise CheckRefusal(UNAUTHORIZED_CLIENT.because("This client is not registered for assisted filing."))
    scope = tuple(name for name in case.request.scope if name != "offline_access")
    return replace(case.request, assisted=True, scope=scope)


def check_pkce(case: Case) -> AuthorizationRequest:
    """RFC 9700 2.1.1, RFC 7636 4.3: S256, demanded here and not only at the token endpoint."""
    challenge, method = case.form.get("code_challenge"), case.form.get("code_challenge_method")
    if challenge is None:
        needed = sends_code(case.request.response_type) and requires_pkce(case.request.client)
        if method is not None or (needed and not _nonce_serves(case)):
            raise CheckRefusal(INVALID_REQUEST.because("'code_challenge' is missing; use PKCE with S256."))
        return case.request
    if method != "S256":
        raise CheckRefusal(INVALID_REQUEST.because("Only code_challenge_method S256 is supported."))
    if not fullmatch(r"[A-Za-z0-9_-]{43}", challenge):
        raise CheckRefusal(INVALID_REQUEST.because("'code_challenge' is no S256 challenge."))
    return replace(case.request, code_challenge=challenge)


def _nonce_serves(case: Case) -> bool:
    """Say whether the ID token will carry what the client compares in place of a verifier (RFC 9700 2.1.1)."""
    sent = "openid" in case.request.scope and bool(case.form.get("nonce"))
    return sent and case.now is not None and may_send_nonce_alone(case.request.client, case.now)


def check_dpop_jkt(case: Case) -> AuthorizationRequest:
    """RFC 9449 10: the thumbprint (RFC 7638) of the key that alone may redeem the code."""
    thumbprint = case.form.get("dpop_jkt")
    if thumbprint is None:
        return case.request
    if not fullmatch(r"[A-Za-z0-9_-]{43}", thumbprint):
        raise CheckRefusal(INVALID_REQUEST.because("'dpop_jkt' is no SHA-256 thumbprint of a key."))
    return replace(case.request, dpop_jkt=thumbprint)


def check_sizes(case: Case) -> AuthorizationRequest:
    """Bound what is stored or sent back; a longer value is refused, never cut."""
    state, nonce = case.form.get("state"), case.form.get("nonce")
    if len(state or "") > _MAX_STATE or len(nonce or "") > _MAX_NONCE:
        raise CheckRefusal(INVALID_REQUEST.because("'state' or 'nonce' is too long."))
    if size_of(known_parameters(case.form)) > MAX_REQUEST:
        raise CheckRefusal(INVALID_REQUEST.because("The request has more than 8 KiB."))
    return replace(case.request, nonce=nonce)


def check_prompt(case: Case) -> AuthorizationRequest:
    """OIDC Core 3.1.2.1, Prompt Create 4: known values; `none` stands alone."""
    prompt = frozenset(case.form.words("prompt"))
    if not prompt <= PROMPTS:
        raise CheckRefusal(INVALID_REQUEST.because("'prompt' has an unknown value."))
    if "none" in prompt and len(prompt) > 1:
        raise CheckRefusal(INVALID_REQUEST.because("prompt none stands alone."))
    return replace(case.request, prompt=prompt) if prompt else case.request


def check_max_age(case: Case) -> AuthorizationRequest:
    """OIDC Core 3.1.2.1: seconds since the person last authenticated; the registered default otherwise."""
    value = case.form.get("max_age")
    if value is None:
        default = case.request.client.default_max_age
        return replace(case.request, max_age=default) if default is not None else case.request
    if not fullmatch(r"[0-9]{1,9}", value):
        raise CheckRefusal(INVALID_REQUEST.because("'max_age' is a number of seconds."))
    return replace(case.request, max_age=timedelta(seconds=int(value)))


def check_id_token_hint(case: Case) -> AuthorizationRequest:
    """OIDC Core 3.1.2.1: an ID token of ours for this client, however old; anything else is refused."""
    hint = case.form.get("id_token_hint")
    if hint is None:
        return case.request
    verified = case.provider.verifier.verify_hint(hint)
    # A logout token of ours names the same audience and subject: the type tells them apart (RFC 8725 3.11).
    claims = verified.claims if verified is not None and is_id_token(verified) else {}
    subject = claims.get("sub")
    if claims.get("aud") != case.request.client.client_id or not isinstance(subject, str):
        raise CheckRefusal(INVALID_REQUEST.because("'id_token_hint' is no ID token of this provider for this client."))
    return replace(case.request, hinted_subject=subject)


def check_claims(case: Case) -> AuthorizationRequest:
    """OIDC Core 5.5: single claims, as far as the client's scopes go; without `openid` there is nothing to claim.

    What is filed at a counter is shown to the citizen by its scopes: claims beside them would leave unseen.
    """
    text, request = case.form.get("claims"), case.request
    if text is None:
        return request
    try:
        asked = judge_claims(case.provider, request.client, text)
    except ClaimsRefusedError as error:
        raise CheckRefusal(error.error) from error
    if "openid" not in request.scope or asked == AskedClaims():
        return request
    if request.assisted:
        raise CheckRefusal(INVALID_REQUEST.because("A request for assisted filing names its claims by their scopes."))
    if asked.subject is not None and request.hinted_subject not in {None, asked.subject}:
        raise CheckRefusal(INVALID_REQUEST.because("'claims' and 'id_token_hint' name two persons."))
    return replace(
        request,
        claims=asked.granted,
        purposes=asked.purposes,
        essential_acr=asked.essential_acr,
        acr_values=asked.voluntary_acr,
        hinted_subject=asked.subject or request.hinted_subject,
        auth_time_asked=asked.auth_time,
    )


def check_acting(case: Case) -> AuthorizationRequest:
    """Our own parameters: for whom the person shall act, and with which power; only where the client deals with that.

    What is asked for decides who is let in, so an unknown value is refused and never taken for "anybody".
    """
    wanted, power = case.form.get("acting_for"), case.form.get("acting_power")
    if wanted is not None and not is_choice(wanted):
        raise CheckRefusal(INVALID_REQUEST.because("'acting_for' is self, choose, organisation, a code or a subject."))
    if power is not None and power not in frozenset[str](ALL_POWERS):
        raise CheckRefusal(INVALID_REQUEST.because("'acting_power' is no power of the catalogue."))
    acting = case.request.client.acting
    if acting == "self" and (power is not None or wanted not in {None, SELF}):
        raise CheckRefusal(INVALID_REQUEST.because("This client is not registered for acting for others."))
    if wanted == SELF and (power is not None or acting == "required"):
        raise CheckRefusal(INVALID_REQUEST.because("acting_for self leaves nobody to act for."))
    if case.request.assisted and (acting == "required" or power is not None or wanted not in {None, SELF}):
        # A citizen at a counter acts for themself; a portal that wants more must not take that for it.
        raise CheckRefusal(
            INVALID_REQUEST.because("A request for assisted filing cannot be for somebody who acts for others.")
        )
    if wanted is None and power is None:
        return case.request
    return replace(case.request, acting_for=wanted, acting_power=Power(power) if power else None)


def take_preferences(case: Case) -> AuthorizationRequest:
    """OIDC Core 3.1.2.1: what the client would like; never a reason to refuse."""
    return replace(
        case.request,
        acr_values=case.form.words("acr_values") or case.request.acr_values or case.request.client.default_acr_values,
        login_hint=case.form.get("login_hint"),
        ui_locales=case.form.get("ui_locales"),
    )


CHECKS: tuple[Check, ...] = (
    check_nothing_is_repeated,
    check_sizes,
    check_no_request_object,
    check_source,
    check_tokens_in_front,
    check_with_authlib,
    check_response_mode,
    check_scope,
    check_assisted,
    check_pkce,
    check_dpop_jkt,
    check_prompt,
    check_max_age,
    check_id_token_hint,
    check_claims,
    check_resources,
    check_details,
    check_acting,
    take_preferences,
)
