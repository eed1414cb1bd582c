"""Groups client addresses into networks and counts per network, so that one network cannot block another."""

from datetime import timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from msgspec import Struct

from idp.kernel.shortlived import ShortLivedStore
from idp.sign_in.throttling import NETWORK_WINDOW

# What a provider gives one customer is a /64 at least and a /48 at most (RFC 6177 2): of the first each device has
# 2^64 addresses to itself, of the second one customer may have all and a village may share it.
_NARROW, _WIDE = 64, 48
# So a /48 may ask as often as so many of its /64.
WIDE_SHARE = 10


class Network(Struct, frozen=True):
    """What an address is counted as, and what that is a part of, if it is."""

    narrow: str
    wide: str | None = None


def network_of(address: str) -> Network:
    """Return the network of an address as the server has it; an IPv4 address counts alone.

    What is no address (a socket of the same machine) is a network of its own.
    """
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return Network(address)
    if not isinstance(read, IPv6Address):
        return Network(str(read))
    # A socket for both protocols writes 192.0.2.1 as ::ffff:192.0.2.1 (RFC 4291 2.5.5.2): one customer, one count.
    if read.ipv4_mapped is not None:
        return Network(str(read.ipv4_mapped))
    return Network(_prefix(read, _NARROW), _prefix(read, _WIDE))


def _prefix(address: IPv6Address, bits: int) -> str:
    return str(IPv6Network((address, bits), strict=False))


async def network_admits(
    store: ShortLivedStore, matter: str, address: str, most: int, window: timedelta = NETWORK_WINDOW, weight: int = 1
) -> bool:
    """Count one more of a matter; say whether the network of an address has any left in this window.

    The wider network counts only what the narrower let through: one customer does not use up the neighbours' share.
    """
    network = network_of(address)
    if await store.count(f"{matter}:{network.narrow}", window, weight) > most:
        return False
    if network.wide is None:
        return True
    return await store.count(f"{matter}:{network.wide}", window, weight) <= most * WIDE_SHARE
