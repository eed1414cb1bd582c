"""What a change of a production client needs: one table from member to permission."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType

from msgspec.structs import fields

from clients.addresses.uri import parse_uri
from clients.document import REGISTRY_OWNED
from clients.errors import RuleBrokenError
from clients.model import Client, ClientId
from clients.templates import TEMPLATES
from idp.admin.permissions import Permission

_AGENCYS, _NATIONS = Permission.CLIENTS_APPROVE, Permission.CLIENTS_APPROVE_NATIONAL

# A second person of the agency looks at whatever can send a code, a token or a person elsewhere, or changes the name
# that people see. The country decides on what is governed by law or weakens what protects people. None: nobody else.
NEEDS: Mapping[str, Permission | None] = MappingProxyType(
    {
        "client_id": _NATIONS,
        "client_name": _AGENCYS,
        "redirect_uris": _AGENCYS,
        "post_logout_redirect_uris": _AGENCYS,
        "token_endpoint_auth_method": _AGENCYS,
        "grant_types": _AGENCYS,
        "response_types": _AGENCYS,
        "scope": _AGENCYS,
        "legal_basis": _AGENCYS,
        "jwks": _AGENCYS,
        "jwks_uri": _AGENCYS,
        "backchannel_logout_uri": _AGENCYS,
        "backchannel_logout_session_required": _AGENCYS,
        "frontchannel_logout_uri": _AGENCYS,
        "frontchannel_logout_session_required": _AGENCYS,
        "session_management": _AGENCYS,
        "session_state_in_token_response": _AGENCYS,
        "id_token_signed_response_alg": _AGENCYS,
        "authorization_details_types": _AGENCYS,
        "authorization_signed_response_alg": _AGENCYS,
        "id_token_encrypted_response_alg": _AGENCYS,
        "id_token_encrypted_response_enc": _AGENCYS,
        "userinfo_signed_response_alg": _AGENCYS,
        "userinfo_encrypted_response_alg": _AGENCYS,
        "userinfo_encrypted_response_enc": _AGENCYS,
        "introspection_signed_response_alg": _AGENCYS,
        "access_token_format": _AGENCYS,
        "claims_in_id_token": _AGENCYS,
        "initiate_login_uri": _AGENCYS,
        "require_pushed_authorization_requests": _AGENCYS,
        "dpop_bound_access_tokens": _AGENCYS,
        "require_signed_request_object": _AGENCYS,
        "request_object_signing_alg": _AGENCYS,
        "request_uris": _AGENCYS,
        "token_endpoint_auth_signing_alg": _AGENCYS,
        "backchannel_authentication_request_signing_alg": _AGENCYS,
        "tls_client_certificate_bound_access_tokens": _AGENCYS,
        "tls_client_auth_subject_dn": _AGENCYS,
        "tls_client_auth_san_dns": _AGENCYS,
        "tls_client_auth_san_uri": _AGENCYS,
        "tls_client_auth_san_ip": _AGENCYS,
        "tls_client_auth_san_email": _AGENCYS,
        "logo_uri": _AGENCYS,
        # What people follow before they agree: another site there can ask them for anything.
        "client_uri": _AGENCYS,
        "policy_uri": _AGENCYS,
        "tos_uri": _AGENCYS,
        "resource": _AGENCYS,
        # What an API offers, and what others may do there: whose word the latter takes, `approval` says.
        "service_scopes": _AGENCYS,
        "api_access": _AGENCYS,
        "exchange_apis": _AGENCYS,
        "minimum_acr": _AGENCYS,
        "service_class": _AGENCYS,
        "acting": _AGENCYS,
        "acting_powers": _AGENCYS,
        "security_event_endpoint": _AGENCYS,
        "security_events": _AGENCYS,
        "backchannel_token_delivery_mode": _AGENCYS,
        "backchannel_client_notification_endpoint": _AGENCYS,
        "stage": _AGENCYS,
        "kind": _NATIONS,
        "agency": _NATIONS,
        "sector": _NATIONS,
        "subject_type": _NATIONS,
        "sector_identifier_uri": _NATIONS,
        "security_profile": _NATIONS,
        "require_consent": _NATIONS,
        "governed_claims": _NATIONS,
        "account_kinds": _NATIONS,
        "officer_agencies": _NATIONS,
        "officer_roles": _NATIONS,
        "access_token_type_jwt_until": _NATIONS,
        "assisted_filing": _NATIONS,
        "legacy_dialect_until": _NATIONS,
        "error_iss_omitted_until": _NATIONS,
        "interoperable_until": _NATIONS,
        "interoperable_reason": _NATIONS,
        "administration_roles": _NATIONS,
        "administration_until": _NATIONS,
        "application_type": _NATIONS,
        "contacts": None,
        "default_max_age": None,
        "require_auth_time": None,
        "default_acr_values": None,
    }
)
# Every client has its own, which no template says.
_OWN = frozenset({"client_id", "kind", "agency"})
# TT 01/2018/TT-VPCP Điều 16; other hosts of the State's portals are exceptions that the country approves.
_PORTAL_HOSTS = ("dichvucong.gov.vn", "dichvucong.*.gov.vn")


def changed_members(before: Client, after: Client) -> frozenset[str]:
    """Return the names of the members in which two versions of a client differ."""
    return frozenset(
        member.name
        for member in fields(Client)
        if member.name not in REGISTRY_OWNED and getattr(before, member.name) != getattr(after, member.name)
    )


def needed(before: Client, after: Client) -> Permission | None:
    """Return what approving the change takes; None where it needs nobody else.

    In the sandbox nothing does: nobody real is met there. On the way to production everything is looked at, and what
    the country decides on only as far as it is not what the template of the kind says.
    """
    if after.stage == "sandbox":
        return None
    if before.stage == "sandbox":
        wants = frozenset(_beyond_the_template(after))
    else:
        wants = frozenset(need for name in changed_members(before, after) if (need := NEEDS.get(name, _NATIONS)))
    if _asks_for_a_host_outside_the_rule(before, after):
        wants |= {_NATIONS}
    return _NATIONS if _NATIONS in wants else next(iter(wants), None)


def _beyond_the_template(after: Client) -> Iterator[Permission]:
    yield _AGENCYS
    if after.kind is None:
        yield _NATIONS
        return
    template, plain = TEMPLATES[after.kind], _plain_client(after)
    for name, need in NEEDS.items():
        if need is _NATIONS and name not in _OWN and name not in template.asked:
            usual: object = template.members.get(name, getattr(plain, name))
            if _listed(getattr(after, name)) != _listed(usual):
                yield need


def _plain_client(after: Client) -> Client:
    return Client(client_id=ClientId(""), client_name={}, created_at=after.created_at, updated_at=after.updated_at)


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _asks_for_a_host_outside_the_rule(before: Client, after: Client) -> bool:
    if after.sector != "state":
        return False
    known = _hosts(before) if before.stage == "production" else frozenset[str]()
    return any(not _is_portal(host) for host in _hosts(after) - known)


def _hosts(client: Client) -> frozenset[str]:
    uris = (*client.redirect_uris, *client.post_logout_redirect_uris, client.backchannel_logout_uri)
    return frozenset(host for uri in uris if uri and (host := _web_host(uri)))


def _web_host(uri: str) -> str | None:
    try:
        parsed = parse_uri(uri)
    except RuleBrokenError:
        return None
    return parsed.host if parsed.is_web else None


def _is_portal(host: str) -> bool:
    return any(fnmatchcase(host, pattern) for pattern in _PORTAL_HOSTS)
