"""Generated keys fit their algorithms and publish nothing private."""

import pytest

from keys.generate import generate, load_private, load_public
from keys.model import ALGORITHMS, Algorithm
from tests.unit.keys.made_keys import pair


def test_es256_key_is_on_p256() -> None:
    jwk = pair("ES256").public_jwk
    assert (jwk["kty"], jwk["crv"], jwk["alg"], jwk["use"]) == ("EC", "P-256", "ES256", "sig")
    assert set(jwk) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


def test_rs256_key_has_the_wanted_size() -> None:
    jwk = pair("RS256").public_jwk
    assert (jwk["kty"], jwk["alg"], jwk["use"]) == ("RSA", "RS256", "sig")
    assert set(jwk) == {"kty", "n", "e", "kid", "use", "alg"}
    assert load_public("RS256", jwk).raw_value.key_size == 2048


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_kid_is_the_thumbprint_rfc7638(algorithm: Algorithm) -> None:
    made = pair(algorithm)
    assert made.kid == made.public_jwk["kid"] == load_public(algorithm, made.public_jwk).thumbprint()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_private_half_belongs_to_the_public_half(algorithm: Algorithm) -> None:
    made = pair(algorithm)
    private = load_private(algorithm, made.private_der)
    assert private.public_key() == load_public(algorithm, made.public_jwk).public_key


def test_two_keys_are_never_alike() -> None:
    assert generate("ES256", rsa_bits=2048).kid != generate("ES256", rsa_bits=2048).kid


def test_private_half_is_not_printed() -> None:
    assert "private_der" not in repr(pair("ES256"))


def test_public_key_is_not_taken_for_a_private_one() -> None:
    public_der = load_public("ES256", pair("ES256").public_jwk).as_der(private=False)
    with pytest.raises(ValueError, match="private"):
        load_private("ES256", public_der)


def test_a_private_key_of_the_other_kind_is_not_taken() -> None:
    with pytest.raises(ValueError, match="another private key"):
        load_private("RS256", pair("ES256").private_der)
