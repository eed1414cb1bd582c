"""What the allow list says, and which addresses count as public."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.adapters.egress.allow import EgressAllow, EgressAllowError, is_public, parse_allow

PRIVATE = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "239.1.1.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2001:db8::1", "2001:0:7f00:1::1", "2002:7f00:1::1", "2002:a9fe:a9fe::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fec0::1", "ff02::1", "ff0e::1", "::127.0.0.1",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_of_the_open_internet_is_not_permitted(address: str) -> None:
    assert not EgressAllow().permits("portal.example", 443, ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450::1"])
def test_an_address_of_the_open_internet_is_permitted(address: str) -> None:
    assert EgressAllow().permits("portal.example", 443, ip_address(address))


@given(st.ip_addresses(v=4))
def test_rfc4291_2_5_5_2_an_ipv4_mapped_address_is_judged_as_the_ipv4_address_it_means(address: object) -> None:
    plain = ip_address(str(address))
    mapped = ip_address(f"::ffff:{plain}")
    assert EgressAllow().permits("portal.example", 443, mapped) is EgressAllow().permits("portal.example", 443, plain)
    assert not is_public(mapped)


@given(st.ip_addresses(v=6))
def test_no_ipv6_address_outside_global_unicast_is_public(address: object) -> None:
    number = ip_address(str(address))
    assert not is_public(number) or int(number) >> 125 == 1


@pytest.mark.parametrize(
    ("allow", "host", "port"),
    [
        ("register.internal", "register.internal", 8200),
        ("register.internal", "REGISTER.internal.", 443),
        ("register.internal:8200", "register.internal", 8200),
        ("10.1.0.0/16", "register.internal", 443),
        ("10.1.2.3", "register.internal", 443),
        ("10.1.2.3:443", "register.internal", 443),
        (" other.internal , 10.1.2.3 ,", "register.internal", 443),
    ],
)
def test_a_private_address_is_permitted_by_name_by_endpoint_by_address_or_by_network(
    allow: str, host: str, port: int
) -> None:
    assert parse_allow(allow).permits(host, port, ip_address("10.1.2.3"))


@pytest.mark.parametrize(
    ("allow", "host", "port"),
    [
        ("register.internal:8200", "register.internal", 8201),
        ("register.internal", "sub.register.internal", 443),
        ("register.internal", "register.internal.example", 443),
        ("10.2.0.0/16", "register.internal", 443),
        ("10.1.2.4", "register.internal", 443),
        ("10.1.2.3:444", "register.internal", 443),
    ],
)
def test_a_private_address_near_a_listed_one_is_not_permitted(allow: str, host: str, port: int) -> None:
    assert not parse_allow(allow).permits(host, port, ip_address("10.1.2.3"))


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0", "255.255.255.255"])
def test_a_listed_name_cannot_lead_to_metadata_multicast_or_unspecified_addresses(address: str) -> None:
    assert not parse_allow("register.internal").permits("register.internal", 80, ip_address(address))
    assert parse_allow(address).permits("register.internal", 80, ip_address(address))


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_listed_name_can_lead_to_loopback(address: str) -> None:
    assert parse_allow("localhost:8200").permits("localhost", 8200, ip_address(address))


def test_addresses_are_compared_as_addresses_not_as_text() -> None:
    allow = parse_allow("[FD00::00:1]:8200, FD00:0::2")
    assert allow.permits("a", 8200, ip_address("fd00::1"))
    assert allow.permits("a", 1, ip_address("fd00::2"))
    assert allow.permits("a", 8200, ip_address("::ffff:10.0.0.1")) is False


@pytest.mark.parametrize(
    "entry",
    ["https://register.internal", "10.1.2.3/8", "10.0.0.0/33", "register.internal:", "register.internal:0",
     "register.internal:65536", "register.internal:http", ":80", "*", "*.internal", "a b", "user@host", "[::1"],
)  # fmt: skip
def test_an_entry_that_cannot_be_read_is_named_in_the_error(entry: str) -> None:
    with pytest.raises(EgressAllowError) as caught:
        parse_allow(f"register.internal, {entry}")
    assert repr(entry) in str(caught.value)


def test_an_empty_list_allows_nothing() -> None:
    assert parse_allow(" , ") == EgressAllow()
