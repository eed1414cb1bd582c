"""A relying party as the registry knows it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Literal, NewType, get_args

from msgspec import Struct, field

from records.structs import Unprinted

ClientId = NewType("ClientId", str)

AuthMethod = Literal[
    "none",
    "client_secret_basic",
    "client_secret_post",
    "client_secret_jwt",
    "private_key_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
]
GrantType = Literal[
    "authorization_code",
    "refresh_token",
    "client_credentials",
    # A grant of the authorization endpoint alone (RFC 7591 2.1).
    "implicit",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:openid:params:grant-type:ciba",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
]
ResponseType = Literal["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"]
SubjectType = Literal["pairwise", "public"]
SigningAlgorithm = Literal["ES256", "RS256"]
# How what is told to a client is encrypted (RFC 7518 4.3, 4.6, 5).
EncryptionAlgorithm = Literal["ECDH-ES", "RSA-OAEP-256"]
EncryptionMethod = Literal["A128CBC-HS256", "A256GCM"]
# What an access token is: a JWT that resource servers read themselves, or a text that only introspection explains.
AccessTokenFormat = Literal["jwt", "opaque"]
# What a client signs with: assertions and request objects.
ClientAlgorithm = Literal["ES256", "RS256", "PS256"]
# RFC 7523 3: by the client's key, or by its secret.
AssertionAlgorithm = Literal["ES256", "RS256", "PS256", "HS256", "HS384", "HS512"]
# FAPI-CIBA 7.10: no RS256.
BackchannelRequestAlgorithm = Literal["ES256", "PS256"]
ApplicationType = Literal["web", "native"]
Sector = Literal["state", "other"]
# What each allows and demands: clients.profiles.
SecurityProfile = Literal["standard", "interoperable", "fapi2", "certification"]
# What a service does with an identity: whether an upstream's earlier answer serves it (NĐ 69/2024 Đ19 k4).
ServiceClass = Literal["reading", "filing", "payment"]
# Whose accounts may sign in: citizens' own, or those that agencies issue to officers.
AccountKindName = Literal["citizen", "officer"]
# Whether the client deals with the person alone, with whoever they act for if they do, or only with those who act.
Acting = Literal["self", "optional", "required"]
# The roles of administrators (`idp.officers.roles.Role`), by their names.
OfficerRole = Literal["national_operator", "agency_administrator", "client_developer", "auditor", "support"]
# In `officer_agencies`: those of the whole State.
EVERY_AGENCY = "*"
# The catalogue of the provider (`idp.delegation.model.Power`), by its names.
ActingPower = Literal["view", "file", "sign", "pay", "delegate"]
# Each has a scope of the same name, which only clients that are allowed it may ask for: claims that the State governs,
# and the scopes of the administration API.
GovernedClaim = Literal["national_id", "tech_id", "admin:read", "admin:write"]
# In the sandbox a client meets invented people only; production is entered by a change that a second person approves.
Stage = Literal["sandbox", "production"]
# What a client is, which decides what its registration begins with (clients.templates).
ClientKind = Literal["web_portal", "one_stop", "mobile_app", "service", "bank"]
# The types of security events (RFC 8417 2.2) that are told: those of OpenID RISC, and one of ours.
SecurityEvent = Literal[
    "https://schemas.openid.net/secevent/risc/event-type/account-disabled",
    "https://schemas.openid.net/secevent/risc/event-type/account-purged",
    "https://schemas.openid.net/secevent/risc/event-type/identifier-changed",
    "https://dichvucong.gov.vn/secevent/event-type/identity-changed",
]

# What exactly a person may be asked to confirm (RFC 9396); each has a module in the provider's protocol.
AuthorizationDetailsType = Literal["confirmed_text"]
# How a client hears of a decision it asked for behind the person's back (CIBA 5): it asks again, or is told to ask.
BackchannelDelivery = Literal["poll", "ping"]
# RFC 8628 3.4.
DEVICE_CODE: GrantType = "urn:ietf:params:oauth:grant-type:device_code"
# CIBA 10.1.
CIBA: GrantType = "urn:openid:params:grant-type:ciba"
AUTHORIZATION_DETAILS_TYPES: tuple[AuthorizationDetailsType, ...] = get_args(AuthorizationDetailsType)
BACKCHANNEL_DELIVERIES: tuple[BackchannelDelivery, ...] = get_args(BackchannelDelivery)
TOKEN_EXCHANGE: GrantType = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 (RFC 8693 2.1: a name)
JWT_BEARER: GrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# By which a client acts for itself.
OWN_GRANTS: frozenset[GrantType] = frozenset({"client_credentials", JWT_BEARER})
AUTH_METHODS: tuple[AuthMethod, ...] = get_args(AuthMethod)
CERTIFICATE_METHODS: frozenset[AuthMethod] = frozenset({"tls_client_auth", "self_signed_tls_client_auth"})
# By a key that the client registered.
KEY_METHODS: frozenset[AuthMethod] = frozenset({"private_key_jwt", "self_signed_tls_client_auth"})
SECRET_METHODS: frozenset[AuthMethod] = frozenset({"client_secret_basic", "client_secret_post", "client_secret_jwt"})
# By a signed assertion (RFC 7523 3).
ASSERTION_METHODS: frozenset[AuthMethod] = frozenset({"private_key_jwt", "client_secret_jwt"})
GRANT_TYPES: tuple[GrantType, ...] = get_args(GrantType)
RESPONSE_TYPES: tuple[ResponseType, ...] = get_args(ResponseType)
SUBJECT_TYPES: tuple[SubjectType, ...] = get_args(SubjectType)
SIGNING_ALGORITHMS: tuple[SigningAlgorithm, ...] = get_args(SigningAlgorithm)
ENCRYPTION_ALGORITHMS: tuple[EncryptionAlgorithm, ...] = get_args(EncryptionAlgorithm)
ENCRYPTION_METHODS: tuple[EncryptionMethod, ...] = get_args(EncryptionMethod)
ACCESS_TOKEN_FORMATS: tuple[AccessTokenFormat, ...] = get_args(AccessTokenFormat)
OFFICER_ROLES: tuple[OfficerRole, ...] = get_args(OfficerRole)
CLIENT_ALGORITHMS: tuple[ClientAlgorithm, ...] = get_args(ClientAlgorithm)
ASSERTION_ALGORITHMS: tuple[AssertionAlgorithm, ...] = get_args(AssertionAlgorithm)
# By a secret that both sides know.
MAC_ALGORITHMS: tuple[AssertionAlgorithm, ...] = ("HS256", "HS384", "HS512")
BACKCHANNEL_REQUEST_ALGORITHMS: tuple[BackchannelRequestAlgorithm, ...] = get_args(BackchannelRequestAlgorithm)
APPLICATION_TYPES: tuple[ApplicationType, ...] = get_args(ApplicationType)
SECTORS: tuple[Sector, ...] = get_args(Sector)
SECURITY_PROFILES: tuple[SecurityProfile, ...] = get_args(SecurityProfile)
SERVICE_CLASSES: tuple[ServiceClass, ...] = get_args(ServiceClass)
ACCOUNT_KINDS: tuple[AccountKindName, ...] = get_args(AccountKindName)
ACTINGS: tuple[Acting, ...] = get_args(Acting)
ACTING_POWERS: tuple[ActingPower, ...] = get_args(ActingPower)
GOVERNED_CLAIMS: tuple[GovernedClaim, ...] = get_args(GovernedClaim)
# What releases no claim of a person.
_PSEUDONYM_SCOPES = frozenset({"openid", "offline_access"})
STAGES: tuple[Stage, ...] = get_args(Stage)
CLIENT_KINDS: tuple[ClientKind, ...] = get_args(ClientKind)
ADMIN_SCOPES: frozenset[GovernedClaim] = frozenset({"admin:read", "admin:write"})
SECURITY_EVENTS: tuple[SecurityEvent, ...] = get_args(SecurityEvent)


class ClientSecret(Unprinted, Struct, frozen=True):
    """One accepted secret as its keyed hash; None means it does not end by itself."""

    hash: bytes
    created_at: datetime
    expires_at: datetime | None = None
    # What the secret was derived from, where it must be known here again: one that signs. Nothing without the pepper.
    salt: bytes = b""

    def usable(self, now: datetime) -> bool:
        """True before the secret's end."""
        return self.expires_at is None or now < self.expires_at


class Client(Struct, frozen=True, kw_only=True):
    """A registered client. Names are those of RFC 7591 2 and OIDC Registration 2, then our own.

    `version` is the registry's counter at the client's last change; 0 before it is first saved. Mappings are plain
    dictionaries so that a store can write the whole record as JSON; nobody changes them.
    """

    client_id: ClientId
    # By language tag (BCP 47); "" is the name without one.
    client_name: Mapping[str, str]
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    token_endpoint_auth_method: AuthMethod = "client_secret_basic"  # noqa: S105 (the name of a method)
    # The one algorithm of its assertions; None for any that its profile takes (OIDC Registration 2).
    token_endpoint_auth_signing_alg: AssertionAlgorithm | None = None
    grant_types: tuple[GrantType, ...] = ("authorization_code",)
    response_types: tuple[ResponseType, ...] = ("code",)
    scope: tuple[str, ...] = ("openid",)
    subject_type: SubjectType = "pairwise"
    sector_identifier_uri: str | None = None
    # The host that pairwise subjects are made for. It stays when a portal moves to another host.
    sector_identifier: str | None = None
    jwks: Mapping[str, list[dict[str, str]]] | None = None
    jwks_uri: str | None = None
    backchannel_logout_uri: str | None = None
    backchannel_logout_session_required: bool = False
    # Loaded in a frame of the person's own browser when the session ends (Front-Channel Logout 2).
    frontchannel_logout_uri: str | None = None
    frontchannel_logout_session_required: bool = False
    # Its authorization responses carry `session_state` (Session Management 2).
    session_management: bool = False
    # Its token responses do, as the `sid` that a logout token names: brokers find their session by it.
    session_state_in_token_response: bool = False
    id_token_signed_response_alg: SigningAlgorithm = "ES256"  # noqa: S105 (the name of an algorithm)
    # Of responses in a JWT mode (JARM 3).
    authorization_signed_response_alg: SigningAlgorithm = "ES256"
    id_token_encrypted_response_alg: EncryptionAlgorithm | None = None
    id_token_encrypted_response_enc: EncryptionMethod | None = None
    # None: userinfo is plain JSON.
    userinfo_signed_response_alg: SigningAlgorithm | None = None
    userinfo_encrypted_response_alg: EncryptionAlgorithm | None = None
    userinfo_encrypted_response_enc: EncryptionMethod | None = None
    # None: RS256, the default of RFC 9701 6, where the client asks for a signed answer.
    introspection_signed_response_alg: SigningAlgorithm | None = None
    default_max_age: timedelta | None = None
    require_auth_time: bool = False
    default_acr_values: tuple[str, ...] = ()
    initiate_login_uri: str | None = None
    # Requests come from the client's server alone (RFC 9126 6).
    require_pushed_authorization_requests: bool = False
    # How it hears of what a person decides behind its back, and where it is told (CIBA 4).
    backchannel_token_delivery_mode: BackchannelDelivery | None = None
    backchannel_client_notification_endpoint: str | None = None
    # Requests are signed by the client (RFC 9101 10.5), by one algorithm where it names one.
    require_signed_request_object: bool = False
    request_object_signing_alg: ClientAlgorithm | None = None
    # Where request objects of the client are, each with the fragment that requests name it by (OIDC Core 6.2).
    request_uris: tuple[str, ...] = ()
    # CIBA 4: who registered one sends no unsigned request, who did not sends no signed one.
    backchannel_authentication_request_signing_alg: BackchannelRequestAlgorithm | None = None
    # Its access tokens are bound to a key that each call proves (RFC 9449 5.2).
    dpop_bound_access_tokens: bool = False
    # They are bound to the certificate that the client shows in TLS (RFC 8705 3.4).
    tls_client_certificate_bound_access_tokens: bool = False
    # Whose certificate proves the client by `tls_client_auth`: exactly one of them (RFC 8705 2.1.2).
    tls_client_auth_subject_dn: str | None = None
    tls_client_auth_san_dns: str | None = None
    tls_client_auth_san_uri: str | None = None
    tls_client_auth_san_ip: str | None = None
    tls_client_auth_san_email: str | None = None
    # The types of details that it may ask people to confirm (RFC 9396 10).
    authorization_details_types: tuple[AuthorizationDetailsType, ...] = ()
    client_uri: str | None = None
    logo_uri: str | None = None
    # The picture that was fetched from there, by its content (clients.pictures): what people are shown.
    logo: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    contacts: tuple[str, ...] = ()
    application_type: ApplicationType = "web"
    # The audience of access tokens when a request names none (RFC 8707 2).
    resource: str | None = None
    # Whose that resource is, once it is approved: another agency's only by that agency's word (clients.resources).
    resource_agency: str | None = None
    access_token_format: AccessTokenFormat = "jwt"  # noqa: S105 (the name of a format)
    # The last day, in Vietnam, on which its JWT access tokens have the type JWT (clients.tokens.types).
    access_token_type_jwt_until: date | None = None
    # ID tokens tell what the scopes release, for software that reads nothing else.
    claims_in_id_token: bool = False

    agency: str | None = None
    sector: Sector = "other"
    security_profile: SecurityProfile = "standard"
    require_consent: bool = True
    minimum_acr: str | None = None
    service_class: ServiceClass = "filing"
    governed_claims: tuple[GovernedClaim, ...] = ()
    account_kinds: tuple[AccountKindName, ...] = ("citizen",)
    # Whose officers sign in here and assist, with those of the agencies below; none named: those of `agency`.
    officer_agencies: tuple[str, ...] = ()
    # Those among the roles of its own agency's officers that it is told of, as `roles` and `groups`.
    officer_roles: tuple[OfficerRole, ...] = ()
    # Officers may file here for a citizen who is with them and confirms it.
    assisted_filing: bool = False
    acting: Acting = "self"
    # Any one of them is enough; none means that every mandate is.
    acting_powers: tuple[ActingPower, ...] = ()
    # Where the events that the client subscribed to are pushed (RFC 8935 2).
    security_event_endpoint: str | None = None
    security_events: tuple[SecurityEvent, ...] = ()
    # The last day, in Vietnam, on which the client may speak today's sign-on (clients.legacy).
    legacy_dialect_until: date | None = None
    # The last day, in Vietnam, on which error responses go without `iss` (clients.exceptions.error_iss).
    error_iss_omitted_until: date | None = None
    # The last day, in Vietnam, on which a nonce serves in place of PKCE, and why (clients.exceptions.nonce_for_pkce).
    interoperable_until: date | None = None
    interoperable_reason: str | None = None
    kind: ClientKind | None = None
    stage: Stage = "production"
    # By scope: the law, decree or decision that lets the client ask for it.
    legal_basis: Mapping[str, str] = field(default_factory=dict)

    # What the API at `resource` lets others do there; its owner grants each to clients (clients.services.apis).
    service_scopes: tuple[str, ...] = ()
    # By the client that owns an API, the scopes that this one has there for itself, with spaces between them.
    api_access: Mapping[str, str] = field(default_factory=dict)
    # The clients that own the APIs to which a person's token is carried on (RFC 8693).
    exchange_apis: tuple[str, ...] = ()
    # What a program may do at the administration API, and its last day there, in Vietnam (clients.services.programs).
    administration_roles: tuple[str, ...] = ()
    administration_until: date | None = None

    secrets: tuple[ClientSecret, ...] = ()
    disabled_at: datetime | None = None
    version: int = 0
    created_at: datetime
    updated_at: datetime

    @property
    def active(self) -> bool:
        """False once the client is disabled: then nothing is issued to it."""
        return self.disabled_at is None

    @property
    def takes_accounts(self) -> tuple[str, ...]:
        """Return whose accounts may sign in: invented people's in the sandbox, and there alone."""
        return ("trial",) if self.stage == "sandbox" else self.account_kinds

    def takes_officers_of(self, lineage: Collection[str]) -> bool:
        """Say whether officers of an agency may sign in: `lineage` is the agency with all above it.

        A client without an agency that names none was registered before it had to: it takes them all.
        """
        named = self.officer_agencies or ((EVERY_AGENCY,) if self.agency is None else (self.agency,))
        return EVERY_AGENCY in named or any(agency in lineage for agency in named)

    @property
    def audience(self) -> str | None:
        """Return the resource that its tokens are for (RFC 8707 2). Nobody approved one that the sandbox names."""
        return None if self.stage == "sandbox" else self.resource

    @property
    def owns_audience(self) -> bool:
        """True of a client whose agency the resource belongs to: it may be the server that tokens are shown to."""
        return self.audience is not None and self.resource_agency == self.agency

    @property
    def pseudonymous(self) -> bool:
        """True of a client that may learn nothing of a person but a subject of its own (OIDC Core 8.1)."""
        return self.subject_type == "pairwise" and frozenset(self.scope) <= _PSEUDONYM_SCOPES

    def subscribes(self, event: SecurityEvent) -> bool:
        """True of an event that the client wants to be told of."""
        return self.security_event_endpoint is not None and event in self.security_events

    @property
    def confidential(self) -> bool:
        """True of a client that authenticates itself (RFC 6749 2.1)."""
        return self.token_endpoint_auth_method != "none"  # noqa: S105 (the name of a method)

    def name(self, language: str) -> str:
        """Return the name in `language`, else without a language, else in Vietnamese, else any."""
        for tag in (language, "", "vi"):
            if tag in self.client_name:
                return self.client_name[tag]
        return next(iter(self.client_name.values()), self.client_id)
