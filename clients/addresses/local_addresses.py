"""Addresses that are no place of the Internet: of this machine, of an inner network, of a cloud's own service."""

from collections.abc import Iterator
from ipaddress import IPv4Address

from clients.addresses.uri import LOOPBACK_HOSTS, parse_uri
from clients.model import Client

# RFC 6762 3, RFC 8375 2, and what operators of networks and clouds use; a name without a dot is searched inside.
_INNER_NAMES = (".local", ".internal", ".localdomain", ".home.arpa", ".intranet", ".lan")


def is_loopback(host: str) -> bool:
    """Say whether a host is the machine that asks (RFC 6761 6.3)."""
    address = _address(host)
    return host in LOOPBACK_HOSTS or host.endswith(".localhost") or (address is not None and address.is_loopback)


def is_inner(host: str) -> bool:
    """Say whether a host is in no public network: private, link-local (metadata of clouds), shared or reserved."""
    address = _address(host)
    if address is not None:
        return not address.is_loopback and (not address.is_global or address.is_multicast)
    return not is_loopback(host) and ("." not in host or host.endswith(_INNER_NAMES))


def loopback_members(client: Client) -> frozenset[str]:
    """Return the members of a client that lead to the machine of whoever follows them."""
    return frozenset(name for name, text in _addresses(client) if is_loopback(parse_uri(text).host))


def _addresses(client: Client) -> Iterator[tuple[str, str]]:
    for name in ("redirect_uris", "post_logout_redirect_uris", "request_uris"):
        texts: tuple[str, ...] = getattr(client, name)
        yield from ((name, text) for text in texts)
    for name in ("jwks_uri", "backchannel_logout_uri", "frontchannel_logout_uri", "security_event_endpoint",
                 "initiate_login_uri", "client_uri", "logo_uri", "policy_uri", "tos_uri",
                 "sector_identifier_uri", "backchannel_client_notification_endpoint"):  # fmt: skip
        text: str | None = getattr(client, name)
        if text is not None:
            yield name, text


def _address(host: str) -> IPv4Address | None:
    try:
        return IPv4Address(host)
    except ValueError:
        return None
