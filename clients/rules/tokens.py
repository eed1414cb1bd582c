"""What is wrong with the keys of a client, and with what it wants its tokens to be."""

from clients.model import KEY_METHODS, Client
from clients.rules.grants import is_implicit, uses_code
from clients.rules.requests import signs_requests
from clients.tokens.encryption import ENCRYPTED, encryption_of, fitting_key, is_encrypted_to


def has_keys_twice(client: Client) -> bool:
    return client.jwks is not None and client.jwks_uri is not None


def lacks_keys(client: Client) -> bool:
    return needs_keys(client) and client.jwks is None and client.jwks_uri is None


def has_idle_keys(client: Client) -> bool:
    return not needs_keys(client) and (client.jwks is not None or client.jwks_uri is not None)


def needs_keys(client: Client) -> bool:
    by_key = client.token_endpoint_auth_method in KEY_METHODS
    return by_key or is_encrypted_to(client) or signs_requests(client)


def encrypts_in_the_browser(client: Client) -> bool:
    return is_implicit(client) and client.id_token_encrypted_response_alg is not None


def lacks_key_to_encrypt_for(client: Client) -> bool:
    if client.jwks is None:
        return False
    wanted = [found[0] for what in ENCRYPTED if (found := encryption_of(client, what)) is not None]
    return any(fitting_key(client.jwks["keys"], algorithm) is None for algorithm in wanted)


def names_method_without_algorithm(client: Client) -> bool:
    methods = {"id_token": client.id_token_encrypted_response_enc, "userinfo": client.userinfo_encrypted_response_enc}
    return any(methods[what] is not None and encryption_of(client, what) is None for what in ENCRYPTED)


def encrypts_unsigned_userinfo(client: Client) -> bool:
    return client.userinfo_encrypted_response_alg is not None and client.userinfo_signed_response_alg is None


def has_plain_type_without_resource(client: Client) -> bool:
    return client.access_token_type_jwt_until is not None and client.resource is None


def types_what_nobody_reads(client: Client) -> bool:
    return client.access_token_type_jwt_until is not None and client.access_token_format == "opaque"  # noqa: S105


def tells_in_no_id_token(client: Client) -> bool:
    return client.claims_in_id_token and not (uses_code(client) and "openid" in client.scope)


def sees_roles_of_nobody(client: Client) -> bool:
    takes_officers = "officer" in client.account_kinds and "officer" in client.scope
    return bool(client.officer_roles) and not (takes_officers and client.agency is not None)


def shares_roles_with_anybody(client: Client) -> bool:
    return bool(client.officer_roles) and not client.confidential


def keeps_legacy_with_jwts(client: Client) -> bool:
    more = client.userinfo_signed_response_alg is not None or is_encrypted_to(client) or client.claims_in_id_token
    return client.legacy_dialect_until is not None and more
