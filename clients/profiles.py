"""What a client may do and must register, by its security profile: one row for each label, and no label without one."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from clients.errors import Problem
from clients.model import (
    AUTH_METHODS,
    RESPONSE_TYPES,
    AuthMethod,
    Client,
    ResponseType,
    SecurityProfile,
    SigningAlgorithm,
)

AssertionAudience = Literal["issuer", "token_endpoint"]


class Profile(Struct, frozen=True, kw_only=True):
    """One security profile; what a row does not say is as `standard` has it."""

    # For whom it is and what it demands, in a sentence.
    meaning: str = ""
    # Who authenticates may authorize without a code challenge (RFC 9700 2.1.1).
    pkce_for_public_clients_only: bool = False
    # A nonce may stand in for the code challenge until a day that is registered with a reason (RFC 9700 2.1.1).
    nonce_for_pkce: bool = False
    # The scopes of a client that registers none: the least, so that more must be asked for.
    default_scope: tuple[str, ...] = ("openid",)
    # What signs the ID tokens of a new client that names nothing, on every way in (decision 79).
    default_alg: SigningAlgorithm = "ES256"
    authentication_methods: tuple[AuthMethod, ...] = AUTH_METHODS
    # What an assertion may name as its audience (RFC 7523 3).
    assertion_audiences: tuple[AssertionAudience, ...] = ("issuer", "token_endpoint")
    # What may leave the authorization endpoint: a code alone, but for certification (RFC 9700 2.1.2).
    response_types: tuple[ResponseType, ...] = ("code",)
    # Algorithms that sign neither ID tokens and responses for the client nor what it sends.
    refused_algorithms: frozenset[str] = frozenset()
    https_only: bool = False
    # Every access token is bound to a key or a certificate of the client (RFC 9449, RFC 8705).
    bound_tokens_only: bool = False
    # DPoP proofs carry a nonce of the provider, so that none can be made ahead of time (RFC 9449 11.2).
    dpop_nonces: bool = False
    # A refresh token is replaced by each use; one that is bound to its client's key need not be (FAPI 2.0 5.3.2.1).
    rotates_refresh_tokens: bool = True
    # Requests come from the client's server, not through the browser (RFC 9126).
    pushed_requests_only: bool = False
    # What it signs of requests has a beginning and an end, an hour apart at most (FAPI 2.0 Message Signing 5.3.1).
    dated_request_objects: bool = False
    legacy_addresses: bool = True
    # Its error responses may go without `iss` for a while (clients.exceptions.error_iss).
    error_iss_omittable: bool = False
    # Authorization responses carry `session_state` without being registered to (Session Management 2).
    session_management: bool = False
    # Only an operator on the host may register it, not an administrator.
    operators_only: bool = False
    # Said wherever such a client is shown or applied.
    warning: str | None = None


PROFILES: Mapping[SecurityProfile, Profile] = MappingProxyType(
    {
        "standard": Profile(meaning="the default: an authorization code with PKCE S256", error_iss_omittable=True),
        # Software of portals that cannot do PKCE: it authenticates, and its exception has an end.
        "interoperable": Profile(
            meaning="for software that cannot do PKCE: a nonce serves in its place until interoperable_until",
            authentication_methods=tuple(method for method in AUTH_METHODS if method != "none"),
            nonce_for_pkce=True,
            error_iss_omittable=True,
        ),
        # FAPI 2.0 Security Profile: 5.3.2.
        "fapi2": Profile(
            meaning="FAPI 2.0: pushed requests, private_key_jwt or mutual TLS, bound access tokens, https only",
            authentication_methods=("private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"),
            assertion_audiences=("issuer",),
            refused_algorithms=frozenset({"RS256"}),
            https_only=True,
            pushed_requests_only=True,
            dated_request_objects=True,
            bound_tokens_only=True,
            dpop_nonces=True,
            rotates_refresh_tokens=False,
            legacy_addresses=False,
        ),
        "certification": Profile(
            meaning="for the certification suite alone: implicit, hybrid, and sign-ins without PKCE",
            pkce_for_public_clients_only=True,
            response_types=RESPONSE_TYPES,
            # The suite registers without a scope and then asks for all the standard ones.
            default_scope=("openid", "profile", "email", "address", "phone", "offline_access"),
            # OIDC Registration 2.
            default_alg="RS256",
            legacy_addresses=False,
            session_management=True,
            operators_only=True,
            warning="the certification profile allows sign-ins without PKCE; it is for the suite alone",
        ),
    }
)


class _ProfileRule(Struct, frozen=True):
    field: str
    name: str
    broken: Callable[[Client, Profile], bool]
    reason: str
    remedy: str


def registrable_response_types() -> tuple[ResponseType, ...]:
    """Return what some profile lets a client register."""
    return tuple(one for one in RESPONSE_TYPES if any(one in row.response_types for row in PROFILES.values()))


def profile_of(client: Client) -> Profile:
    """Return the row of a client."""
    return PROFILES[client.security_profile]


def _authenticates_otherwise(client: Client, profile: Profile) -> bool:
    return client.token_endpoint_auth_method not in profile.authentication_methods


def _responds_otherwise(client: Client, profile: Profile) -> bool:
    return not frozenset(client.response_types) <= frozenset(profile.response_types)


def _signs_otherwise(client: Client, profile: Profile) -> bool:
    keys = client.jwks["keys"] if client.jwks else []
    signed = (
        client.id_token_signed_response_alg,
        client.authorization_signed_response_alg,
        client.userinfo_signed_response_alg,
        client.introspection_signed_response_alg,
        client.request_object_signing_alg,
        client.token_endpoint_auth_signing_alg,
    )
    algorithms = {*signed, *(key.get("alg") for key in keys)}
    return not profile.refused_algorithms.isdisjoint(algorithms)


def _is_redirected_over_http(client: Client, profile: Profile) -> bool:
    return profile.https_only and _any_is_not_https(*client.redirect_uris, *client.post_logout_redirect_uris)


def _is_called_over_http(client: Client, profile: Profile) -> bool:
    uris = (
        *(client.jwks_uri, client.backchannel_logout_uri, client.security_event_endpoint),
        client.backchannel_client_notification_endpoint,
    )
    return profile.https_only and _any_is_not_https(*uris)


def _is_fetched_from(client: Client, profile: Profile) -> bool:
    return profile.pushed_requests_only and bool(client.request_uris)


def _any_is_not_https(*uris: str | None) -> bool:
    return any(uri and not uri.startswith("https:") for uri in uris)


def _omits_error_iss(client: Client, profile: Profile) -> bool:
    return client.error_iss_omitted_until is not None and not profile.error_iss_omittable


def _has_no_dated_exception(client: Client, profile: Profile) -> bool:
    dated = client.interoperable_until is not None and client.interoperable_reason is not None
    return profile.nonce_for_pkce and not dated


def _dates_no_exception(client: Client, profile: Profile) -> bool:
    dated = client.interoperable_until is not None or client.interoperable_reason is not None
    return dated and not profile.nonce_for_pkce


PROFILE_RULES = (
    _ProfileRule("token_endpoint_auth_method", "profile-authentication", _authenticates_otherwise,
                 "the security profile does not take this way to authenticate", "choose private_key_jwt"),
    _ProfileRule("response_types", "profile-response-types", _responds_otherwise,
                 "the security profile lets a code leave by the browser, and no token (RFC 9700 2.1.2)",
                 "register code alone"),
    _ProfileRule("id_token_signed_response_alg", "profile-algorithms", _signs_otherwise,
                 "the security profile excludes an algorithm of the ID token, of responses, of requests or of a key",
                 "choose ES256, also for keys"),
    _ProfileRule("redirect_uris", "profile-redirects-https", _is_redirected_over_http,
                 "the security profile takes https only", "use https"),
    _ProfileRule("jwks_uri", "profile-https", _is_called_over_http,
                 "the security profile takes https only",
                 "use https for jwks_uri, backchannel_logout_uri and security_event_endpoint"),
    _ProfileRule("request_uris", "profile-request-uris", _is_fetched_from,
                 "the security profile takes pushed requests only (FAPI 2.0 5.3.2.2)", "remove them, and push"),
    _ProfileRule("interoperable_until", "profile-exception", _has_no_dated_exception,
                 "a client that goes without PKCE has a day on which that ends, and a reason (RFC 9700 2.1.1)",
                 "register interoperable_until and interoperable_reason, or choose standard"),
    _ProfileRule("interoperable_until", "profile-no-exception", _dates_no_exception,
                 "the security profile has PKCE without an exception",
                 "remove interoperable_until and interoperable_reason, or choose interoperable"),
    _ProfileRule("error_iss_omitted_until", "profile-error-iss", _omits_error_iss,
                 "the security profile has iss in every response (RFC 9207 2)", "remove it, or choose standard"),
)  # fmt: skip


def profile_problems(client: Client, profile: Profile) -> Iterator[Problem]:
    """Yield a problem for each rule of a profile that the client breaks."""
    for rule in PROFILE_RULES:
        if rule.broken(client, profile):
            yield Problem(rule.field, rule.name, rule.reason, rule.remedy)
