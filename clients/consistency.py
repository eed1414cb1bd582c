"""Rules about several members of a client together."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from clients.addresses.uri import origin_of, parse_uri
from clients.certificates.subjects import names_subjects_otherwise_than_its_method
from clients.client_secret import SIGNING_METHOD
from clients.errors import Problem
from clients.model import (
    ADMIN_SCOPES,
    EVERY_AGENCY,
    GOVERNED_CLAIMS,
    SECRET_METHODS,
    Client,
)
from clients.profiles import profile_of, profile_problems
from clients.rules.grants import (
    acts_alone_unauthenticated,
    asks_elsewhere,
    asks_people_unauthenticated,
    asks_people_without_openid,
    asserts_without_keys,
    hears_of_nothing,
    lacks_redirect_uri,
    mixes_grants_and_responses,
    mixes_implicit_and_responses,
    pings_no_endpoint,
    refreshes_nothing,
    risks_more_in_the_browser,
    signs_people_in,
    uses_code,
)
from clients.rules.requests import (
    asks_people_unsigned,
    lacks_key_for_requests,
    signs_assertions_otherwise,
    signs_no_requests_that_it_sends,
    signs_old_requests,
    signs_requests_in_public,
)
from clients.rules.tokens import (
    encrypts_in_the_browser,
    encrypts_unsigned_userinfo,
    has_idle_keys,
    has_keys_twice,
    has_plain_type_without_resource,
    keeps_legacy_with_jwts,
    lacks_key_to_encrypt_for,
    lacks_keys,
    names_method_without_algorithm,
    sees_roles_of_nobody,
    shares_roles_with_anybody,
    tells_in_no_id_token,
    types_what_nobody_reads,
)
from clients.services.apis import (
    calls_without_grant,
    exchanges_unasked,
    exchanges_without_grant,
    offers_without_resource,
)
from clients.services.programs import (
    administers_with_loose_key,
    administers_without_scope,
    dates_halfway,
    is_program,
    shares_administration,
)


class _Rule(Struct, frozen=True):
    field: str
    name: str
    broken: Callable[[Client], bool]
    reason: str
    remedy: str


def _shares_secret_with_app(client: Client) -> bool:
    return client.application_type == "native" and client.token_endpoint_auth_method in SECRET_METHODS


def _has_no_one_sector(client: Client) -> bool:
    # A device has no address of its client, from which the host could be taken.
    known_to_people = bool(client.redirect_uris) or asks_elsewhere(client)
    return client.subject_type == "pairwise" and known_to_people and client.sector_identifier is None


def _wants_sid_without_address(client: Client) -> bool:
    return client.backchannel_logout_session_required and client.backchannel_logout_uri is None


def _wants_sid_without_frame(client: Client) -> bool:
    return client.frontchannel_logout_session_required and client.frontchannel_logout_uri is None


def _is_framed_from_elsewhere(client: Client) -> bool:
    uri = client.frontchannel_logout_uri
    return uri is not None and origin_of(uri) not in {origin_of(one) for one in client.redirect_uris}


def _has_no_origin_to_ask_from(client: Client) -> bool:
    return client.session_management and not any(parse_uri(uri).is_web for uri in client.redirect_uris)


def _asks_for_governed_claims(client: Client) -> bool:
    governed = frozenset[str](GOVERNED_CLAIMS)
    return not governed.intersection(client.scope) <= frozenset[str](client.governed_claims)


def _shares_national_claims(client: Client) -> bool:
    return bool(client.governed_claims) and not client.confidential


def _administers(client: Client) -> bool:
    return not ADMIN_SCOPES.isdisjoint(client.governed_claims)


def _administers_outside_the_state(client: Client) -> bool:
    return _administers(client) and client.sector != "state"


def _administers_without_officers(client: Client) -> bool:
    by_officers = "officer" in client.account_kinds and uses_code(client)
    return _administers(client) and not by_officers and not is_program(client)


def _administers_with_resource(client: Client) -> bool:
    return _administers(client) and client.resource is not None


def _takes_nobody(client: Client) -> bool:
    return not client.account_kinds


def _asks_of_officers_only(client: Client) -> bool:
    return "officer" in client.scope and "officer" not in client.account_kinds


def _names_agencies_of_no_officers(client: Client) -> bool:
    return bool(client.officer_agencies) and "officer" not in client.account_kinds


def _names_every_agency_and_more(client: Client) -> bool:
    return EVERY_AGENCY in client.officer_agencies and len(client.officer_agencies) > 1


def _assists_without_officers(client: Client) -> bool:
    return client.assisted_filing and "officer" not in client.account_kinds


def _assists_outside_the_state(client: Client) -> bool:
    return client.assisted_filing and (client.sector != "state" or client.require_consent or not client.confidential)


def _subscribes_halfway(client: Client) -> bool:
    return bool(client.security_events) != (client.security_event_endpoint is not None)


def _keeps_legacy_outside_state(client: Client) -> bool:
    return client.legacy_dialect_until is not None and client.sector != "state"


def _keeps_legacy_without_secret(client: Client) -> bool:
    sends_secret = client.token_endpoint_auth_method in SECRET_METHODS - {SIGNING_METHOD}
    return client.legacy_dialect_until is not None and not sends_secret


def _keeps_legacy_in_strict_profile(client: Client) -> bool:
    return client.legacy_dialect_until is not None and not profile_of(client).legacy_addresses


def _keeps_legacy_without_code(client: Client) -> bool:
    return client.legacy_dialect_until is not None and not uses_code(client)


def _wants_powers_of_nobody(client: Client) -> bool:
    return bool(client.acting_powers) and client.acting == "self"


def _acts_unseen(client: Client) -> bool:
    return client.acting != "self" and not (signs_people_in(client) and "openid" in client.scope)


def _keeps_legacy_with_officers(client: Client) -> bool:
    return client.legacy_dialect_until is not None and "officer" in client.account_kinds


def _keeps_legacy_with_resource(client: Client) -> bool:
    return client.legacy_dialect_until is not None and client.resource is not None


def _founds_what_it_does_not_ask(client: Client) -> bool:
    return not client.legal_basis.keys() <= frozenset(client.scope)


RULES = (
    _Rule("redirect_uris", "redirect-uri-required", lacks_redirect_uri,
          "the code goes to a redirect URI (RFC 7591 2)", "list at least one"),
    _Rule("response_types", "grants-and-responses", mixes_grants_and_responses,
          "code and authorization_code belong together (RFC 7591 2.1)", "register both or neither"),
    _Rule("response_types", "implicit-and-responses", mixes_implicit_and_responses,
          "id_token and token belong to the grant implicit (OIDC Registration 2)", "register both or neither"),
    _Rule("grant_types", "implicit-alone", risks_more_in_the_browser,
          "a token that leaves by the browser is bound to nobody: it carries nothing that the State governs, acts for "
          "nobody and is for no resource server (RFC 9700 2.1.2)",
          "remove implicit, or governed_claims, assisted_filing, acting, resource and what binds access tokens"),
    _Rule("grant_types", "refresh-needs-code", refreshes_nothing,
          "no grant of this client yields a refresh token",
          "add authorization_code or the device grant, or remove refresh_token"),
    _Rule("grant_types", "credentials-need-authentication", acts_alone_unauthenticated,
          "client_credentials needs a client that authenticates (RFC 6749 4.4)", "choose private_key_jwt"),
    _Rule("grant_types", "assertions-need-keys", asserts_without_keys,
          "an assertion is verified with the client's registered keys (RFC 7523 3)", "choose private_key_jwt"),
    _Rule("token_endpoint_auth_method", "no-shared-secret-in-apps", _shares_secret_with_app,
          "every copy of an app would carry the secret (RFC 8252 8.5)", "choose none; PKCE protects the code"),
    _Rule("token_endpoint_auth_signing_alg", "assertion-algorithm", signs_assertions_otherwise,
          "the algorithm is not one of how the client proves itself (OIDC Registration 2)",
          "register ES256, PS256 or RS256 with private_key_jwt, HS256, HS384 or HS512 with client_secret_jwt, "
          "or remove it"),
    _Rule("jwks_uri", "one-key-source", has_keys_twice,
          "jwks and jwks_uri exclude each other (RFC 7591 2)", "keep one of them"),
    _Rule("jwks", "keys-required", lacks_keys,
          "private_key_jwt, self_signed_tls_client_auth, signed requests and encryption need registered keys",
          "add jwks or jwks_uri"),
    _Rule("jwks", "keys-unused", has_idle_keys,
          "only private_key_jwt, self_signed_tls_client_auth, signed requests and encryption use keys",
          "set token_endpoint_auth_method to private_key_jwt, register request_object_signing_alg, or remove the keys"),
    _Rule("token_endpoint_auth_method", "certificate-subject", names_subjects_otherwise_than_its_method,
          "tls_client_auth knows the client by exactly one name in its certificate, and no other method does "
          "(RFC 8705 2.1.2)",
          "register tls_client_auth with one of the members tls_client_auth_…, or remove them"),
    _Rule("request_object_signing_alg", "signed-requests-authentication", signs_requests_in_public,
          "whoever has a copy of a client that cannot keep a secret would have its key (RFC 8252 8.5)",
          "choose private_key_jwt, or leave requests unsigned"),
    _Rule("request_object_signing_alg", "signed-requests-key", lacks_key_for_requests,
          "no key is one to sign with by that algorithm (RFC 9101 6.2)",
          "add an EC key on P-256 for ES256 or an RSA key for PS256 and RS256, with use sig"),
    _Rule("backchannel_authentication_request_signing_alg", "signed-requests-grant", signs_no_requests_that_it_sends,
          "only the grant of CIBA sends such requests (CIBA 4)", "add the grant, or remove the algorithm"),
    _Rule("backchannel_authentication_request_signing_alg", "signed-requests-everywhere", asks_people_unsigned,
          "every request of this client is signed, those about people too (CIBA 7.1.1)",
          "register ES256 or PS256, or leave the grant"),
    _Rule("legacy_dialect_until", "dialect-signed-requests", signs_old_requests,
          "requests of today's sign-on are not signed", "remove require_signed_request_object or legacy_dialect_until"),
    _Rule("jwks", "encryption-key", lacks_key_to_encrypt_for,
          "no key fits the algorithm that something is to be encrypted with (OIDC Registration 2)",
          "add an EC key on P-256 for ECDH-ES or an RSA key for RSA-OAEP-256, with use enc"),
    _Rule("id_token_encrypted_response_alg", "encryption-algorithm", names_method_without_algorithm,
          "an encryption method without an algorithm for its key says nothing (OIDC Registration 2)",
          "add the …_encrypted_response_alg, or remove the …_encrypted_response_enc"),
    _Rule("id_token_encrypted_response_alg", "implicit-encrypted", encrypts_in_the_browser,
          "an ID token that leaves by the browser is signed only", "remove implicit, or the encryption of ID tokens"),
    _Rule("userinfo_encrypted_response_alg", "sign-then-encrypt", encrypts_unsigned_userinfo,
          "whoever has the public key could make an answer that nobody signed (RFC 7519 11.2)",
          "add userinfo_signed_response_alg"),
    _Rule("sector_identifier_uri", "one-sector", _has_no_one_sector,
          "pairwise subjects need one host that stands for the client (OIDC Registration 5)",
          "add sector_identifier_uri"),
    _Rule("backchannel_logout_uri", "logout-address", _wants_sid_without_address,
          "backchannel_logout_session_required has no address to apply to", "add backchannel_logout_uri"),
    _Rule("frontchannel_logout_uri", "frontchannel-address", _wants_sid_without_frame,
          "frontchannel_logout_session_required has no address to apply to", "add frontchannel_logout_uri"),
    _Rule("frontchannel_logout_uri", "frontchannel-origin", _is_framed_from_elsewhere,
          "scheme, host and port are those of a redirect URI (Front-Channel Logout 2)",
          "name an address beside a registered redirect URI"),
    _Rule("session_management", "session-management-origin", _has_no_origin_to_ask_from,
          "session_state is made for the origin of a web page (Session Management 3.2)",
          "register a redirect URI of a web page, or remove it"),
    _Rule("scope", "governed-claims", _asks_for_governed_claims,
          "the scope has a governed claim that the client is not allowed",
          "remove it, or list it in governed_claims once its release is decided"),
    _Rule("governed_claims", "governed-authentication", _shares_national_claims,
          "governed claims go only to a client that authenticates", "choose private_key_jwt"),
    _Rule("governed_claims", "administration-of-the-state", _administers_outside_the_state,
          "the administration API is for clients of the State", "register sector state, or remove the admin scopes"),
    _Rule("governed_claims", "administration-officers", _administers_without_officers,
          "administrators are officers who sign in, or a program with roles of its own",
          "use authorization_code and list officer in account_kinds, or register administration_roles"),
    _Rule("resource", "administration-resource", _administers_with_resource,
          "a resource server that is shown a token for the administration API could use it there (RFC 8707 2)",
          "give the resource a client of its own"),
    _Rule("access_token_type_jwt_until", "plain-type-resource", has_plain_type_without_resource,
          "without a resource server nobody needs the type JWT, and one must know its tokens by aud (RFC 8725 3.11)",
          "add resource, or remove it"),
    _Rule("access_token_type_jwt_until", "plain-type-of-jwts", types_what_nobody_reads,
          "an opaque access token has no type", "remove it, or set access_token_format to jwt"),
    _Rule("claims_in_id_token", "claims-need-openid", tells_in_no_id_token,
          "ID tokens come of a sign-in with the scope openid", "use authorization_code with the scope openid"),
    _Rule("officer_roles", "roles-of-an-agency", sees_roles_of_nobody,
          "the roles are those of the officers of the client's agency",
          "add agency, and officer to account_kinds and scope, or remove it"),
    _Rule("officer_roles", "roles-authentication", shares_roles_with_anybody,
          "who administers what goes only to a client that authenticates", "choose private_key_jwt"),
    _Rule("account_kinds", "account-kinds", _takes_nobody,
          "no account could sign in", "list citizen, officer or both"),
    _Rule("scope", "officer-scope", _asks_of_officers_only,
          "the scope officer is about officers, whom this client does not take",
          "remove it, or list officer in account_kinds"),
    _Rule("officer_agencies", "agencies-without-officers", _names_agencies_of_no_officers,
          "the agencies are those whose officers sign in, and this client takes no officers",
          "remove it, or list officer in account_kinds"),
    _Rule("officer_agencies", "every-agency-alone", _names_every_agency_and_more,
          "'*' is every agency of the State: others beside it say nothing",
          "keep '*' alone, or name agencies without it"),
    _Rule("assisted_filing", "assisted-filing-officers", _assists_without_officers,
          "assisted filing is begun by an officer", "list officer in account_kinds"),
    _Rule("assisted_filing", "assisted-filing-state", _assists_outside_the_state,
          "assisted filing is a service of the State that works on the law, by a client that authenticates",
          "register sector state without require_consent, and an authentication method"),
    _Rule("security_events", "events-and-address", _subscribes_halfway,
          "security_events and security_event_endpoint belong together (RFC 8935 2)", "register both or neither"),
    _Rule("legacy_dialect_until", "dialect-of-the-state", _keeps_legacy_outside_state,
          "only portals of the State were written against today's sign-on", "remove it"),
    _Rule("legacy_dialect_until", "dialect-needs-secret", _keeps_legacy_without_secret,
          "the old dialect has no PKCE, so the client's secret alone protects its codes (RFC 9700 2.1.1)",
          "choose client_secret_post, or remove it once the portal has moved"),
    _Rule("legacy_dialect_until", "dialect-standard-profile", _keeps_legacy_in_strict_profile,
          "a stricter profile and the old dialect exclude each other", "remove it, or choose standard"),
    _Rule("legacy_dialect_until", "dialect-needs-code", _keeps_legacy_without_code,
          "the old dialect is a way of signing in with a code", "add authorization_code or remove it"),
    _Rule("legacy_dialect_until", "dialect-without-officers", _keeps_legacy_with_officers,
          "the old dialect has no word for an officer, nor for whoever an officer assists",
          "give officers a client of its own, without the dialect"),
    _Rule("legacy_dialect_until", "dialect-without-resource", _keeps_legacy_with_resource,
          "its access tokens live for half an hour, too long for a resource server that does not ask (RFC 9068 4)",
          "give the resource a client of its own"),
    _Rule("legacy_dialect_until", "dialect-plain-json", keeps_legacy_with_jwts,
          "the old dialect knows userinfo as JSON alone, and ID tokens without more of a person than before",
          "remove userinfo_signed_response_alg, encryption and claims_in_id_token"),
    _Rule("legal_basis", "basis-of-a-scope", _founds_what_it_does_not_ask,
          "a legal basis is given for a scope that is not asked for", "remove it, or add the scope"),
    _Rule("acting_powers", "powers-need-acting", _wants_powers_of_nobody,
          "powers belong to those who act for somebody", "set acting to optional or required, or remove them"),
    _Rule("token_endpoint_auth_method", "ciba-authentication", asks_people_unauthenticated,
          "who asks people behind their backs must prove itself (CIBA 7.1)", "choose private_key_jwt"),
    _Rule("backchannel_token_delivery_mode", "ciba-delivery", hears_of_nothing,
          "the grant and its delivery mode belong together (CIBA 4)",
          "register both or neither"),
    _Rule("backchannel_client_notification_endpoint", "ciba-notification", pings_no_endpoint,
          "a client in ping mode is told at its endpoint, and no other has one (CIBA 4)",
          "register mode ping with the endpoint, or poll without"),
    _Rule("scope", "ciba-openid", asks_people_without_openid,
          "every request of the grant has the scope openid (CIBA 7.1)", "add openid"),
    _Rule("acting", "acting-needs-openid", _acts_unseen,
          "for whom somebody acts is said in the tokens of a sign-in", "use authorization_code with the scope openid"),
    _Rule("service_scopes", "service-scopes-resource", offers_without_resource,
          "the scopes are those of the API at resource", "add resource, or remove them"),
    _Rule("api_access", "access-needs-own-grant", calls_without_grant,
          "access to an API is used by a grant of the client's own", "add client_credentials, or remove it"),
    _Rule("exchange_apis", "exchange-needs-grant", exchanges_without_grant,
          "tokens are carried on to an API by the grant of RFC 8693", "add the grant, or remove them"),
    _Rule("grant_types", "exchange-is-an-apis", exchanges_unasked,
          "only a resource server that authenticates is shown tokens that it could exchange (RFC 8693 2.1)",
          "add resource and an authentication method, or remove the grant"),
    _Rule("administration_until", "program-until", dates_halfway,
          "roles of a program and their last day belong together", "register both or neither"),
    _Rule("administration_roles", "program-scope", administers_without_scope,
          "a program uses its roles with a token of its own for the administration API",
          "add client_credentials, and admin:read or admin:write to governed_claims and scope"),
    _Rule("administration_roles", "program-alone", shares_administration,
          "nobody signs in at a program that administers", "give it a client of its own with client_credentials alone"),
    _Rule("administration_roles", "program-keys", administers_with_loose_key,
          "what a program administers with is a key that two people have seen",
          "choose private_key_jwt, and write its public key into jwks"),
)  # fmt: skip


def check_consistency(client: Client) -> Iterator[Problem]:
    """Yield a problem for each rule the client breaks."""
    for rule in RULES:
        if rule.broken(client):
            yield Problem(rule.field, rule.name, rule.reason, rule.remedy)
    yield from profile_problems(client, profile_of(client))


def derive_sector(client: Client) -> str | None:
    """Return the host for which pairwise subjects are made (OIDC Core 8.1), None if there is not exactly one.

    The loopback host of a native application is on every machine and stands for nobody.
    """
    if client.subject_type == "public":
        return None
    if client.sector_identifier_uri is not None:
        return parse_uri(client.sector_identifier_uri).host
    uris = [parse_uri(uri) for uri in client.redirect_uris]
    hosts = {uri.host for uri in uris}
    stands_for_nobody = any(not uri.is_web or (client.application_type == "native" and uri.is_loopback) for uri in uris)
    return hosts.pop() if len(hosts) == 1 and not stands_for_nobody else None
