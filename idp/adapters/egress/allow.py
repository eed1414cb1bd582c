"""Which addresses outbound calls may reach: public ones, and those private ones that a setting names."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from msgspec import Struct

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_MAX_PORT = 65535


class EgressAllowError(ValueError):
    """An entry of the allow list cannot be read; the text names it."""


class EgressAllow(Struct, frozen=True):
    """Exceptions from "public addresses only, https only".

    `hosts` and `endpoints` (host and port) hold names in lower case or addresses in their shortest form.
    """

    hosts: frozenset[str] = frozenset()
    endpoints: frozenset[tuple[str, int]] = frozenset()
    networks: tuple[Network, ...] = ()

    def names(self, host: str, port: int) -> bool:
        """Answer whether the list names this host, with any port or with this one."""
        name = canonical_host(host)
        return name in self.hosts or (name, port) in self.endpoints

    def permits(self, host: str, port: int, address: Address) -> bool:
        """Answer whether a call to `host` may connect to `address`, one of those the name resolved to.

        A listed name may be private or loopback, but not link-local (cloud metadata lives there), multicast or
        unspecified: such an address must be listed itself, so that whoever answers for the name cannot choose it.
        """
        plain = embedded(address)
        return is_public(plain) or self.lists(plain, port) or (self.names(host, port) and not _is_treacherous(plain))

    def lists(self, address: Address, port: int) -> bool:
        """Answer whether the list has the address itself, with this port, or a network around it."""
        return self.names(str(address), port) or any(address in network for network in self.networks)


def parse_allow(text: str) -> EgressAllow:
    """Read `IDP_EGRESS_ALLOW`: hosts, host:port pairs and networks in CIDR form, separated by commas.

    An IPv6 address with a port stands in brackets. Raises `EgressAllowError`.
    """
    hosts: set[str] = set()
    endpoints: set[tuple[str, int]] = set()
    networks: list[Network] = []
    for entry in (part.strip() for part in text.split(",")):
        if "/" in entry:
            networks.append(_parse_network(entry))
        elif entry.count(":") == 1 or "]:" in entry:
            endpoints.add(_parse_endpoint(entry))
        elif entry:
            hosts.add(_parse_host(entry, entry))
    return EgressAllow(frozenset(hosts), frozenset(endpoints), tuple(networks))


def canonical_host(host: str) -> str:
    """Return a host as it is compared: lower case, no final dot, no brackets, addresses in their shortest form."""
    name = host.strip("[]").rstrip(".").lower()
    try:
        return str(embedded(ip_address(name)))
    except ValueError:
        return name


def embedded(address: Address) -> Address:
    """Return the IPv4 address inside an IPv4-mapped one (RFC 4291 2.5.5.2): that is where the connection goes."""
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def is_public(address: Address) -> bool:
    """Answer whether the address is one of the open internet, judged by what IANA says of its range.

    Of IPv6 only global unicast counts, without 6to4 and Teredo, which carry any IPv4 address inside.
    """
    if isinstance(address, IPv6Address) and (
        address not in _GLOBAL_UNICAST or address.sixtofour is not None or address.teredo is not None
    ):
        return False
    return address.is_global and not address.is_multicast


def _is_treacherous(address: Address) -> bool:
    # The library counts ::1 among the reserved addresses.
    if address.is_loopback:
        return False
    return address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved


def _parse_network(entry: str) -> Network:
    try:
        return ip_network(entry)
    except ValueError as error:
        raise EgressAllowError(f"{entry!r} is no network in CIDR form: {error}") from error


def _parse_endpoint(entry: str) -> tuple[str, int]:
    host, _, port = entry.rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= _MAX_PORT):
        raise EgressAllowError(f"{entry!r} has no port between 1 and {_MAX_PORT}")
    return _parse_host(host, entry), int(port)


def _parse_host(written: str, entry: str) -> str:
    bare = written[1:-1] if written.startswith("[") and written.endswith("]") else written
    host = canonical_host(bare)
    if not host or any(letter.isspace() or letter in "@*?#[]" for letter in bare):
        raise EgressAllowError(f"{entry!r} is neither a host name nor an address")
    return host
