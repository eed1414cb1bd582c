"""What an initial access token may register: small, closed, decided by whoever issues it (RFC 7591 3, 5)."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from clients.addresses.uri import LOOPBACK_HOSTS, Uri, parse_uri
from clients.errors import Problem
from clients.model import Client, ClientKind, GrantType, SecurityProfile

# An address that is shown to people, called or fetched: wherever it is, it belongs to who registers.
_ADDRESSES = (
    "redirect_uris", "post_logout_redirect_uris", "sector_identifier_uri", "jwks_uri", "initiate_login_uri",
    "backchannel_logout_uri", "frontchannel_logout_uri", "client_uri", "logo_uri", "policy_uri", "tos_uri",
    "request_uris", "backchannel_client_notification_endpoint",
)  # fmt: skip


class RegistrationPolicy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be registered; whatever it does not name is refused."""

    # Where the client may be: names of hosts, and schemes of apps with their colon.
    hosts: tuple[str, ...]
    scope: tuple[str, ...] = ("openid", "profile")
    grant_types: tuple[GrantType, ...] = ("authorization_code", "refresh_token")
    security_profile: SecurityProfile = "standard"
    # What the client is: the template of the kind says whatever the client does not decide itself.
    kind: ClientKind = "web_portal"
    # Nothing is registered but what a publisher of software that the agency or the country trusts has signed.
    software_statement_required: bool = False


def beyond_policy(policy: RegistrationPolicy, client: Client) -> Iterator[Problem]:
    """Yield what a client asks for that the token does not give."""
    for grant in client.grant_types:
        if grant not in policy.grant_types:
            yield _beyond("grant_types", f"the initial access token does not give the grant {grant}")
    for scope in client.scope:
        if scope not in policy.scope:
            yield _beyond("scope", f"the initial access token does not give the scope {scope}")
    for field, text in _addresses(client):
        if not _is_within(policy, parse_uri(text), client):
            yield _beyond(field, "the address is at no host that the initial access token names")


def _addresses(client: Client) -> Iterator[tuple[str, str]]:
    for name in _ADDRESSES:
        found: object = getattr(client, name, None)
        if isinstance(found, str):
            yield name, found
        elif isinstance(found, Iterable):
            yield from ((f"{name}[{place}]", str(one)) for place, one in enumerate(found))


def _is_within(policy: RegistrationPolicy, uri: Uri, client: Client) -> bool:
    if uri.is_web and uri.host in LOOPBACK_HOSTS:
        # On the machine of whoever signs in: an app's (RFC 8252 7.3), or a portal's that is being written.
        return client.application_type == "native" or uri.is_loopback
    return uri.host in policy.hosts if uri.is_web else f"{uri.scheme}:" in policy.hosts


def _beyond(field: str, reason: str) -> Problem:
    return Problem(field, "beyond-token", reason, "remove it, or ask whoever issued the token for another")
