"""Whom a count by network counts together."""

import pytest

from idp.sign_in.networks import Network, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", Network("192.0.2.7")),
        ("::ffff:192.0.2.7", Network("192.0.2.7")),
        ("2001:db8:1:2:3:4:5:6", Network("2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("2001:DB8:1:2::", Network("2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("fe80::1%eth0", Network("fe80::/64", "fe80::/48")),
        ("", Network("")),
        ("unix socket", Network("unix socket")),
    ],
)
def test_rfc6177_an_address_is_counted_as_what_one_customer_has(address: str, network: Network) -> None:
    assert network_of(address) == network
