"""Which members a request may have: those that the client decides, of those that IANA lists (RFC 7591 4.1)."""

from collections.abc import Mapping
from datetime import UTC, datetime

from clients.document import Document
from clients.errors import Problem
from clients.metadata import registered_members
from clients.model import ClientId

# The registry "OAuth Dynamic Client Registration Metadata", as far as it is about this kind of server.
_LISTED = frozenset(
    {
        "redirect_uris", "token_endpoint_auth_method", "grant_types", "response_types", "client_name", "client_uri",
        "logo_uri", "scope", "contacts", "tos_uri", "policy_uri", "jwks_uri", "jwks", "application_type",
        "sector_identifier_uri", "subject_type", "id_token_signed_response_alg", "id_token_encrypted_response_alg",
        "id_token_encrypted_response_enc", "userinfo_signed_response_alg", "userinfo_encrypted_response_alg",
        "userinfo_encrypted_response_enc", "request_object_signing_alg", "request_object_encryption_alg",
        "request_object_encryption_enc", "token_endpoint_auth_signing_alg", "default_max_age", "require_auth_time",
        "default_acr_values", "initiate_login_uri", "request_uris", "tls_client_certificate_bound_access_tokens",
        "tls_client_auth_subject_dn", "tls_client_auth_san_dns", "tls_client_auth_san_uri", "tls_client_auth_san_ip",
        "tls_client_auth_san_email", "require_signed_request_object", "require_pushed_authorization_requests",
        "introspection_signed_response_alg", "introspection_encrypted_response_alg",
        "introspection_encrypted_response_enc", "frontchannel_logout_uri", "frontchannel_logout_session_required",
        "backchannel_logout_uri", "backchannel_logout_session_required", "post_logout_redirect_uris",
        "authorization_details_types", "dpop_bound_access_tokens", "use_mtls_endpoint_aliases",
        "backchannel_token_delivery_mode", "backchannel_client_notification_endpoint",
        "backchannel_authentication_request_signing_alg", "backchannel_user_code_parameter",
        "authorization_signed_response_alg", "authorization_encrypted_response_alg",
        "authorization_encrypted_response_enc",
    }
)  # fmt: skip
# Said of the software, not of the client: taken and left out of the answer.
_LEFT_OUT = frozenset({"software_id", "software_version"})
# What the provider makes (RFC 7591 3.2.1).
_MADE_HERE = frozenset(
    {
        "client_secret", "client_id_issued_at", "client_secret_expires_at", "registration_access_token",
        "registration_client_uri",
    }
)  # fmt: skip
SOFTWARE_STATEMENT = "software_statement"


def _known() -> frozenset[str]:
    names, _ = registered_members(datetime(2026, 1, 1, tzinfo=UTC))
    return frozenset(names)


KNOWN = _known()
# What a client decides itself. Everything else that the registry knows is its agency's.
REGISTRABLE = KNOWN & _LISTED


def base_of(name: str) -> str:
    """Return a member's name without its language tag (RFC 7591 2.2)."""
    return name.partition("#")[0]


def chosen_members(document: Mapping[str, object], client_id: ClientId | None) -> tuple[Document, list[Problem]]:
    """Return the members that a client decides, and what is wrong with the others; unknown ones are ignored.

    RFC 7591 2: `null` says nothing. `client_id` is the client that an update is about (RFC 7592 2.2); else None.
    """
    chosen: Document = {}
    problems: list[Problem] = []
    for name, value in document.items():
        base = base_of(name)
        if value is None or base in _LEFT_OUT or base == SOFTWARE_STATEMENT:
            continue
        if base == "client_id":
            problems += [] if value == client_id else [_refused(name, "fixed", "the provider gives a client its id")]
        elif base in _MADE_HERE:
            problems.append(_refused(name, "made-here", "the provider makes it"))
        elif base in REGISTRABLE:
            if base in {name, "client_name"}:
                chosen[name] = value
        elif base in KNOWN:
            problems.append(_refused(name, "agencys", "the agency decides it, not the client"))
        elif base in _LISTED and value:
            # An empty or false value asks for nothing.
            problems.append(_refused(name, "not-offered", "this provider does not offer it"))
    return chosen, problems


def _refused(name: str, rule: str, reason: str) -> Problem:
    return Problem(name, rule, reason, "remove it")
