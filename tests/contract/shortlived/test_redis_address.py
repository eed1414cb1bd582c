"""Which Redis addresses are understood, and what a wrong one is told."""

import pytest

from idp.adapters.redis.address import RedisAddressError, parse_address


def test_the_parts_of_an_address_are_read() -> None:
    address = parse_address("redis://portal:s3cret%2F@cache.internal:6400/3")
    assert (address.host, address.port, address.database, address.tls) == ("cache.internal", 6400, 3, None)
    assert address.greeting() == (("AUTH", "portal", "s3cret/"), ("SELECT", "3"))


def test_what_is_left_out_has_the_usual_value() -> None:
    address = parse_address("redis://cache.internal")
    assert (address.port, address.database, address.greeting()) == (6379, 0, ())


def test_a_password_without_a_user_is_sent_alone() -> None:
    assert parse_address("redis://:s3cret@cache.internal").greeting() == (("AUTH", "s3cret"),)


def test_a_password_is_not_printed() -> None:
    assert "s3cret" not in repr(parse_address("redis://portal:s3cret@cache.internal"))


def test_rediss_verifies_certificate_and_name() -> None:
    context = parse_address("rediss://cache.internal").tls
    assert context is not None
    assert context.check_hostname


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://cache.internal", "begins with redis://"),
        ("unix:///run/redis.sock", "begins with redis://"),
        ("", "begins with redis://"),
        ("redis://cache.internal:port", "cannot be read"),
        ("redis://cache.internal/main", "the number of a database"),
        ("redis://:s3cret@cache.internal/main", "the number of a database"),
        ("rediss://cache.internal?ssl_cert_reqs=none", "unknown options of the Redis address: ssl_cert_reqs"),
        ("redis://cache.internal?ssl_ca_certs=root.pem", "unknown options of the Redis address: ssl_ca_certs"),
        ("redis://cache.internal?socket_timeout=3", "unknown options of the Redis address: socket_timeout"),
    ],
)
def test_a_wrong_address_is_refused_with_the_reason(url: str, said: str) -> None:
    with pytest.raises(RedisAddressError, match=said) as caught:
        parse_address(url)
    assert "s3cret" not in str(caught.value)
