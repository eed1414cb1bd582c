"""The guided form as a table: each member of a registration, its place, how it is typed, and where it applies."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, get_args

from msgspec import Struct

from clients.document import Document
from clients.model import (
    ACCESS_TOKEN_FORMATS,
    ACCOUNT_KINDS,
    ACTING_POWERS,
    ACTINGS,
    APPLICATION_TYPES,
    ASSERTION_ALGORITHMS,
    ASSERTION_METHODS,
    AUTH_METHODS,
    AUTHORIZATION_DETAILS_TYPES,
    BACKCHANNEL_DELIVERIES,
    BACKCHANNEL_REQUEST_ALGORITHMS,
    CIBA,
    CLIENT_ALGORITHMS,
    ENCRYPTION_ALGORITHMS,
    ENCRYPTION_METHODS,
    GOVERNED_CLAIMS,
    GRANT_TYPES,
    MAC_ALGORITHMS,
    OFFICER_ROLES,
    OWN_GRANTS,
    RESPONSE_TYPES,
    SECTORS,
    SECURITY_EVENTS,
    SECURITY_PROFILES,
    SERVICE_CLASSES,
    SIGNING_ALGORITHMS,
    SUBJECT_TYPES,
    TOKEN_EXCHANGE,
)
from clients.profiles import PROFILES, Profile

# What the form shows at once, and then its parts, which are folded until they are opened.
Section = Literal[
    "main",
    "shown",
    "proof",
    "requests",
    "responses",
    "tokens",
    "logout",
    "devices",
    "people",
    "services",
    "registration",
]
SECTIONS: tuple[Section, ...] = get_args(Section)
# How a member is typed: a text; one value or one pair in each line; values between spaces; one of several; several of
# several; yes or no; a whole number; a day.
Kind = Literal["text", "lines", "pairs", "words", "choice", "choices", "flag", "number", "day"]

Applies = Callable[[Document, Profile], bool]


class Guided(Struct, frozen=True, kw_only=True):
    """One member on the form."""

    member: str
    section: Section
    kind: Kind = "text"
    options: tuple[str, ...] = ()
    # Which of the options a security profile allows.
    allowed: Callable[[Profile], frozenset[str]] | None = None
    applies: Applies

    def offered(self, profile: Profile) -> tuple[str, ...]:
        """Return the options that a profile allows, in their order."""
        if self.allowed is None:
            return self.options
        within = self.allowed(profile)
        return tuple(option for option in self.options if option in within)


# Members that a file, the document beside the form, or the API alone may state, and why.
NOT_ON_THE_FORM: Mapping[str, str] = MappingProxyType(
    {
        "jwks": "a key set is a document: it is pasted into the whole metadata, or served at jwks_uri",
        "client_secret": "a secret is made here and shown once, never typed",
        "stage": "production is asked for by a button of its own, with a reason",
        "kind": "the kind is chosen before the form, which begins with its template",
    }
)
# What a client keeps for good, or leaves by a change of its own (`agency`): asked at first only.
ONLY_AT_FIRST = frozenset({"client_id", "agency"})


def profile_in(document: Document) -> Profile:
    """Return the row of the profile that a document names; what it misspells is judged as the plain one."""
    named = document.get("security_profile")
    return next((PROFILES[one] for one in SECURITY_PROFILES if one == named), PROFILES["standard"])


def _stated(member: str) -> Applies:
    return lambda document, _profile: bool(document.get(member))


def _lists(member: str, *values: str) -> Applies:
    return lambda document, _profile: _has(document, member, *values)


def _has(document: Document, member: str, *values: str) -> bool:
    listed = document.get(member)
    return isinstance(listed, list) and any(value in listed for value in values)


def _is(member: str, *values: str) -> Applies:
    return lambda document, _profile: document.get(member) in values


def _signs_people_in(document: Document, _profile: Profile) -> bool:
    return "grant_types" not in document or _has(document, "grant_types", "authorization_code", "implicit")


def _authenticates(document: Document, _profile: Profile) -> bool:
    return document.get("token_endpoint_auth_method") != "none"


def _assists(document: Document, _profile: Profile) -> bool:
    return _has(document, "account_kinds", "officer") and document.get("sector") == "state"


def _may_speak_as_before(document: Document, profile: Profile) -> bool:
    return profile.legacy_addresses and document.get("sector") == "state"


def _confirms_details(document: Document, profile: Profile) -> bool:
    return _signs_people_in(document, profile) or _has(document, "grant_types", CIBA)


def _chooses_to_push(document: Document, profile: Profile) -> bool:
    return _signs_people_in(document, profile) and not profile.pushed_requests_only


def _has_readable_tokens(document: Document, _profile: Profile) -> bool:
    return bool(document.get("resource")) and document.get("access_token_format") != "opaque"


def _methods(profile: Profile) -> frozenset[str]:
    return frozenset(profile.authentication_methods)


def _responses(profile: Profile) -> frozenset[str]:
    return frozenset(profile.response_types)


def _grants(profile: Profile) -> frozenset[str]:
    """Return every grant but the one of the browser, which lives by its response types (RFC 9700 2.1.2)."""
    return frozenset(GRANT_TYPES) - (frozenset() if set(profile.response_types) - {"code"} else {"implicit"})


def _algorithms(profile: Profile) -> frozenset[str]:
    return frozenset(CLIENT_ALGORITHMS) - profile.refused_algorithms


def _assertions(profile: Profile) -> frozenset[str]:
    macs = MAC_ALGORITHMS if "client_secret_jwt" in profile.authentication_methods else ()
    return _algorithms(profile) | frozenset(macs)


def _given_by_administrators(_profile: Profile) -> frozenset[str]:
    return frozenset(name for name, row in PROFILES.items() if not row.operators_only)


def _always(_document: Document, _profile: Profile) -> bool:
    return True


def _text(member: str, section: Section, applies: Applies = _always, kind: Kind = "text") -> Guided:
    return Guided(member=member, section=section, kind=kind, applies=applies)


def _flag(member: str, section: Section, applies: Applies = _always) -> Guided:
    return _text(member, section, applies, "flag")


def _choice(member: str, section: Section, options: tuple[str, ...], applies: Applies = _always) -> Guided:
    return Guided(member=member, section=section, kind="choice", options=options, applies=applies)


def _choices(member: str, section: Section, options: tuple[str, ...], applies: Applies = _always) -> Guided:
    return Guided(member=member, section=section, kind="choices", options=options, applies=applies)


def _algorithm(
    member: str, section: Section, options: tuple[str, ...] = SIGNING_ALGORITHMS, applies: Applies = _always
) -> Guided:
    return Guided(member=member, section=section, kind="choice", options=options, allowed=_algorithms, applies=applies)


GUIDED: tuple[Guided, ...] = (
    _text("client_id", "main"),
    _text("agency", "main"),
    _text("client_name", "main"),
    _text("client_name#en", "main"),
    _text("redirect_uris", "main", kind="lines"),
    _text("post_logout_redirect_uris", "main", kind="lines"),
    _text("backchannel_logout_uri", "main"),
    _text("scope", "main", kind="words"),
    _text("legal_basis", "main", kind="pairs"),
    _text("jwks_uri", "main"),
    *(_text(member, "shown") for member in ("logo_uri", "client_uri", "policy_uri", "tos_uri")),
    _text("contacts", "shown", kind="lines"),
    Guided(
        member="token_endpoint_auth_method",
        section="proof",
        kind="choice",
        options=AUTH_METHODS,
        allowed=_methods,
        applies=_always,
    ),
    *(
        _text(f"tls_client_auth_{name}", "proof", _is("token_endpoint_auth_method", "tls_client_auth"))
        for name in ("subject_dn", "san_dns", "san_uri", "san_ip", "san_email")
    ),
    Guided(
        member="token_endpoint_auth_signing_alg",
        section="proof",
        kind="choice",
        options=ASSERTION_ALGORITHMS,
        allowed=_assertions,
        applies=_is("token_endpoint_auth_method", *sorted(ASSERTION_METHODS)),
    ),
    Guided(
        member="grant_types",
        section="requests",
        kind="choices",
        options=GRANT_TYPES,
        allowed=_grants,
        applies=_always,
    ),
    Guided(
        member="response_types",
        section="requests",
        kind="choices",
        options=RESPONSE_TYPES,
        allowed=_responses,
        applies=_signs_people_in,
    ),
    _choice("application_type", "requests", APPLICATION_TYPES),
    _flag("require_pushed_authorization_requests", "requests", _chooses_to_push),
    _flag("require_signed_request_object", "requests", _authenticates),
    _algorithm("request_object_signing_alg", "requests", CLIENT_ALGORITHMS, _authenticates),
    _text("request_uris", "requests", _chooses_to_push, "lines"),
    _choices("authorization_details_types", "requests", AUTHORIZATION_DETAILS_TYPES, _confirms_details),
    _text("initiate_login_uri", "requests", _signs_people_in),
    _text("minimum_acr", "requests"),
    _text("default_acr_values", "requests", kind="lines"),
    _text("default_max_age", "requests", kind="number"),
    _flag("require_auth_time", "requests"),
    _algorithm("id_token_signed_response_alg", "responses"),
    _choice("id_token_encrypted_response_alg", "responses", ENCRYPTION_ALGORITHMS),
    _choice(
        "id_token_encrypted_response_enc", "responses", ENCRYPTION_METHODS, _stated("id_token_encrypted_response_alg")
    ),
    _flag("claims_in_id_token", "responses", _signs_people_in),
    _algorithm("userinfo_signed_response_alg", "responses"),
    _choice(
        "userinfo_encrypted_response_alg", "responses", ENCRYPTION_ALGORITHMS, _stated("userinfo_signed_response_alg")
    ),
    _choice(
        "userinfo_encrypted_response_enc", "responses", ENCRYPTION_METHODS, _stated("userinfo_encrypted_response_alg")
    ),
    _algorithm("authorization_signed_response_alg", "responses"),
    _algorithm("introspection_signed_response_alg", "responses"),
    _text("error_iss_omitted_until", "responses", lambda _document, profile: profile.error_iss_omittable, "day"),
    _choice("access_token_format", "tokens", ACCESS_TOKEN_FORMATS),
    _text("access_token_type_jwt_until", "tokens", _has_readable_tokens, "day"),
    _flag("dpop_bound_access_tokens", "tokens"),
    _flag("tls_client_certificate_bound_access_tokens", "tokens"),
    _flag("backchannel_logout_session_required", "logout", _stated("backchannel_logout_uri")),
    _text("frontchannel_logout_uri", "logout", _signs_people_in),
    _flag("frontchannel_logout_session_required", "logout", _stated("frontchannel_logout_uri")),
    _flag("session_management", "logout", _signs_people_in),
    _flag("session_state_in_token_response", "logout", _signs_people_in),
    _algorithm(
        "backchannel_authentication_request_signing_alg",
        "devices",
        BACKCHANNEL_REQUEST_ALGORITHMS,
        _lists("grant_types", CIBA),
    ),
    _choice("backchannel_token_delivery_mode", "devices", BACKCHANNEL_DELIVERIES, _lists("grant_types", CIBA)),
    _text("backchannel_client_notification_endpoint", "devices", _is("backchannel_token_delivery_mode", "ping")),
    _text("security_event_endpoint", "devices"),
    _choices("security_events", "devices", SECURITY_EVENTS, _stated("security_event_endpoint")),
    _choices("account_kinds", "people", ACCOUNT_KINDS),
    _text("officer_agencies", "people", _lists("account_kinds", "officer"), "lines"),
    _choices("officer_roles", "people", OFFICER_ROLES, _lists("account_kinds", "officer")),
    _flag("assisted_filing", "people", _assists),
    _choice("acting", "people", ACTINGS),
    _choices("acting_powers", "people", ACTING_POWERS, _is("acting", "optional", "required")),
    _choices("governed_claims", "people", GOVERNED_CLAIMS),
    _choice("subject_type", "people", SUBJECT_TYPES),
    _text("sector_identifier_uri", "people"),
    _choice("service_class", "people", SERVICE_CLASSES),
    _flag("require_consent", "people"),
    _text("resource", "services"),
    _text("service_scopes", "services", _stated("resource"), "lines"),
    _text("api_access", "services", _lists("grant_types", *OWN_GRANTS), "pairs"),
    _text("exchange_apis", "services", _lists("grant_types", TOKEN_EXCHANGE), "lines"),
    _text("administration_roles", "services", _lists("grant_types", "client_credentials"), "lines"),
    _text("administration_until", "services", _lists("grant_types", "client_credentials"), "day"),
    Guided(
        member="security_profile",
        section="registration",
        kind="choice",
        options=SECURITY_PROFILES,
        allowed=_given_by_administrators,
        applies=_always,
    ),
    _text("interoperable_until", "registration", lambda _document, profile: profile.nonce_for_pkce, "day"),
    _text("interoperable_reason", "registration", lambda _document, profile: profile.nonce_for_pkce),
    _text("legacy_dialect_until", "registration", _may_speak_as_before, "day"),
    _choice("sector", "registration", SECTORS),
)
MEMBERS: tuple[str, ...] = tuple(one.member for one in GUIDED)
BY_MEMBER: Mapping[str, Guided] = MappingProxyType({one.member: one for one in GUIDED})
