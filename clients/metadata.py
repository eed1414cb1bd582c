"""One client entry, as a file or a registration request gives it, and back."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from clients.certificates.members import with_certificate_members
from clients.client_secret import SIGNING_METHOD
from clients.consistency import check_consistency, derive_sector
from clients.errors import MetadataError
from clients.exceptions.error_iss import LONGEST_OMISSION
from clients.exceptions.nonce_for_pkce import LONGEST_EXCEPTION
from clients.fields import (
    EntryReader,
    as_absolute_uri,
    as_choice,
    as_client_id,
    as_day,
    as_flag,
    as_https_uri,
    as_pattern,
    as_redirect_uri,
    as_request_uri,
    as_response_type,
    as_scope,
    as_scope_token,
    as_seconds,
    as_text,
    as_texts,
    as_web_uri,
)
from clients.jwk_set import as_jwks
from clients.legacy import LONGEST_LEGACY
from clients.model import (
    ACCOUNT_KINDS,
    ACTING_POWERS,
    ACTINGS,
    APPLICATION_TYPES,
    ASSERTION_ALGORITHMS,
    AUTH_METHODS,
    AUTHORIZATION_DETAILS_TYPES,
    BACKCHANNEL_DELIVERIES,
    BACKCHANNEL_REQUEST_ALGORITHMS,
    CLIENT_ALGORITHMS,
    CLIENT_KINDS,
    GOVERNED_CLAIMS,
    GRANT_TYPES,
    SECRET_METHODS,
    SECTORS,
    SECURITY_EVENTS,
    SECURITY_PROFILES,
    SERVICE_CLASSES,
    SIGNING_ALGORITHMS,
    STAGES,
    SUBJECT_TYPES,
    AccountKindName,
    ApplicationType,
    Client,
    ClientId,
    GrantType,
    Sector,
    SecurityProfile,
    ServiceClass,
    SigningAlgorithm,
    Stage,
)
from clients.policy import default_responses
from clients.profiles import PROFILES
from clients.services.apis import as_api_access
from clients.services.programs import LONGEST_PROGRAM, ROLE_PATTERN
from clients.tokens.members import with_token_members
from records.structs import Unprinted, replace

_as_acr = as_pattern(r"[\x21-\x7e]+", "a level's name or URI")
_as_alg = as_choice(SIGNING_ALGORITHMS)
_as_contact = as_pattern(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+", "an e-mail address")
# 22 characters of base64url carry the 128 bits that FAPI 2.0 5.4.1 asks of any secret.
_as_program_role = as_pattern(ROLE_PATTERN, "role:agency, such as client_developer:H55; * is every agency")
_as_secret = as_pattern(r"[\x21-\x7e]{22,200}", "22 to 200 printable ASCII characters, made at random")


class ClientEntry(Unprinted, Struct, frozen=True):
    """An entry that keeps every rule: the client without its secrets, and the literal secret if one was given."""

    client: Client
    client_secret: str | None = None
    # What the entry itself says: the rest are defaults.
    stated: frozenset[str] = frozenset()


def parse_entry(entry: Mapping[str, object], now: datetime) -> ClientEntry:
    """Read one entry, or raise MetadataError with every problem in it.

    Names are those of RFC 7591 2 and OIDC Registration 2, and our own of the client file.
    """
    reader = EntryReader(entry)
    client = with_token_members(_read_client(reader, now), reader, now)
    client_secret = reader.read("client_secret", _as_secret, None)
    reader.require("client_id")
    reader.require("client_name")
    reader.refuse_unknown()
    if client_secret is not None and client.token_endpoint_auth_method not in SECRET_METHODS:
        reason = f"{client.token_endpoint_auth_method} uses no secret"
        reader.report("client_secret", "secret-unused", reason, "remove it")
    if client_secret is not None and client.token_endpoint_auth_method == SIGNING_METHOD:
        reason = "a secret that signs is made here, with 512 bits (RFC 7518 3.2)"
        reader.report("client_secret", "secret-made-here", reason, "remove it: the made one is printed once")
    # Rules about several members speak only when each member is right by itself; else they would mislead.
    if not reader.problems:
        client = replace(client, sector_identifier=derive_sector(client))
        reader.problems.extend(check_consistency(client))
    if reader.problems:
        raise MetadataError(reader.problems)
    return ClientEntry(client, client_secret, frozenset(entry))


def registered_members(now: datetime) -> tuple[tuple[str, ...], Client]:
    """Return the names that an entry may have, and the client with what stands where an entry says nothing."""
    reader = EntryReader({})
    client = with_token_members(_read_client(reader, now), reader, now)
    return reader.known, client


def _read_client(reader: EntryReader, now: datetime) -> Client:
    client = with_certificate_members(_with_signing_out(reader, _read_service(reader, now)), reader)
    return _with_services(reader, _with_protocol(reader, client, now), now)


def _with_services(reader: EntryReader, client: Client, now: datetime) -> Client:
    """Return the client with what it offers other services, may do at theirs, and may do as a program."""
    return replace(
        client,
        service_scopes=reader.read_list("service_scopes", as_scope_token),
        api_access=reader.read("api_access", as_api_access, {}),
        exchange_apis=reader.read_list("exchange_apis", as_client_id),
        administration_roles=reader.read_list("administration_roles", _as_program_role),
        administration_until=reader.read("administration_until", as_day((now + LONGEST_PROGRAM).date()), None),
    )


def _with_signing_out(reader: EntryReader, client: Client) -> Client:
    """Return the client with what it registers of how a browser tells it of a session's end."""
    read = reader.read
    return replace(
        client,
        frontchannel_logout_uri=read("frontchannel_logout_uri", as_web_uri, None),
        frontchannel_logout_session_required=read("frontchannel_logout_session_required", as_flag, default=False),
        session_management=read("session_management", as_flag, default=False),
        session_state_in_token_response=read("session_state_in_token_response", as_flag, default=False),
    )


def _with_protocol(reader: EntryReader, client: Client, now: datetime) -> Client:
    """Return the client with what it registers of how requests and tokens travel."""
    read = reader.read
    algorithm: SigningAlgorithm = "ES256"
    return replace(
        client,
        authorization_signed_response_alg=read(
            "authorization_signed_response_alg", as_choice(SIGNING_ALGORITHMS), algorithm
        ),
        interoperable_until=read("interoperable_until", as_day((now + LONGEST_EXCEPTION).date()), None),
        interoperable_reason=read("interoperable_reason", as_text, None),
        error_iss_omitted_until=read("error_iss_omitted_until", as_day((now + LONGEST_OMISSION).date()), None),
        require_pushed_authorization_requests=read("require_pushed_authorization_requests", as_flag, default=False),
        backchannel_token_delivery_mode=read(
            "backchannel_token_delivery_mode", as_choice(BACKCHANNEL_DELIVERIES), None
        ),
        backchannel_client_notification_endpoint=read("backchannel_client_notification_endpoint", as_web_uri, None),
        backchannel_authentication_request_signing_alg=read(
            "backchannel_authentication_request_signing_alg", as_choice(BACKCHANNEL_REQUEST_ALGORITHMS), None
        ),
        require_signed_request_object=read("require_signed_request_object", as_flag, default=False),
        request_uris=reader.read_list("request_uris", as_request_uri),
        request_object_signing_alg=read("request_object_signing_alg", as_choice(CLIENT_ALGORITHMS), None),
        authorization_details_types=reader.read_list(
            "authorization_details_types", as_choice(AUTHORIZATION_DETAILS_TYPES)
        ),
        dpop_bound_access_tokens=read("dpop_bound_access_tokens", as_flag, default=False),
    )


def _read_service(reader: EntryReader, now: datetime) -> Client:
    read, read_list = reader.read, reader.read_list
    application: ApplicationType = read("application_type", as_choice(APPLICATION_TYPES), "web")
    profile: SecurityProfile = read("security_profile", as_choice(SECURITY_PROFILES), "standard")
    sector: Sector = read("sector", as_choice(SECTORS), "other")
    code: GrantType = "authorization_code"
    service: ServiceClass = read("service_class", as_choice(SERVICE_CLASSES), "filing")
    citizen: AccountKindName = "citizen"
    production: Stage = "production"
    grants = read_list("grant_types", as_choice(GRANT_TYPES), (code,))
    redirect_uri = as_redirect_uri(application)
    return Client(
        client_id=ClientId(read("client_id", as_client_id, "")),
        client_name=reader.read_tagged("client_name", as_text),
        redirect_uris=read_list("redirect_uris", redirect_uri),
        post_logout_redirect_uris=read_list("post_logout_redirect_uris", redirect_uri),
        token_endpoint_auth_method=read("token_endpoint_auth_method", as_choice(AUTH_METHODS), "client_secret_basic"),
        token_endpoint_auth_signing_alg=read("token_endpoint_auth_signing_alg", as_choice(ASSERTION_ALGORITHMS), None),
        grant_types=grants,
        response_types=read_list("response_types", as_response_type, default_responses(grants)),
        scope=read("scope", as_scope, PROFILES[profile].default_scope),
        subject_type=read("subject_type", as_choice(SUBJECT_TYPES), "pairwise"),
        sector_identifier_uri=read("sector_identifier_uri", as_https_uri, None),
        jwks=read("jwks", as_jwks, None),
        jwks_uri=read("jwks_uri", as_web_uri, None),
        backchannel_logout_uri=read("backchannel_logout_uri", as_web_uri, None),
        backchannel_logout_session_required=read("backchannel_logout_session_required", as_flag, default=False),
        id_token_signed_response_alg=read("id_token_signed_response_alg", _as_alg, PROFILES[profile].default_alg),
        default_max_age=read("default_max_age", as_seconds, None),
        require_auth_time=read("require_auth_time", as_flag, default=False),
        default_acr_values=read_list("default_acr_values", _as_acr),
        initiate_login_uri=read("initiate_login_uri", as_https_uri, None),
        client_uri=read("client_uri", as_web_uri, None),
        logo_uri=read("logo_uri", as_web_uri, None),
        policy_uri=read("policy_uri", as_web_uri, None),
        tos_uri=read("tos_uri", as_web_uri, None),
        contacts=read_list("contacts", _as_contact),
        application_type=application,
        resource=read("resource", as_absolute_uri, None),
        agency=read("agency", as_text, None),
        sector=sector,
        security_profile=profile,
        require_consent=read("require_consent", as_flag, default=sector == "other"),
        minimum_acr=read("minimum_acr", _as_acr, None),
        service_class=service,
        governed_claims=read_list("governed_claims", as_choice(GOVERNED_CLAIMS)),
        account_kinds=read_list("account_kinds", as_choice(ACCOUNT_KINDS), (citizen,)),
        officer_agencies=read_list("officer_agencies", as_text),
        assisted_filing=read("assisted_filing", as_flag, default=False),
        acting=read("acting", as_choice(ACTINGS), "self"),
        acting_powers=read_list("acting_powers", as_choice(ACTING_POWERS)),
        security_event_endpoint=read("security_event_endpoint", as_web_uri, None),
        security_events=read_list("security_events", as_choice(SECURITY_EVENTS)),
        legacy_dialect_until=read("legacy_dialect_until", as_day((now + LONGEST_LEGACY).date()), None),
        kind=read("kind", as_choice(CLIENT_KINDS), None),
        stage=read("stage", as_choice(STAGES), production),
        legal_basis=read("legal_basis", as_texts, {}),
        created_at=now,
        updated_at=now,
    )
