"""Keys registered by value: public, for signatures, strong, told apart by kid."""

from base64 import urlsafe_b64encode
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from clients.errors import RuleBrokenError
from clients.jwk_set import MAX_KEYS, as_jwks
from tests.unit.clients.entries import EC_KEY, OTHER_EC_KEY


def encode(number: int) -> str:
    return urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8)).rstrip(b"=").decode()


def rsa_key(bits: int = 2048, exponent: int = 65537) -> dict[str, object]:
    numbers = rsa.generate_private_key(exponent, bits).public_key().public_numbers()
    return {"kty": "RSA", "n": encode(numbers.n), "e": encode(numbers.e), "kid": "rsa"}


RSA_KEY = rsa_key()


def broken_rule(value: object) -> str:
    with pytest.raises(RuleBrokenError) as caught:
        as_jwks(value)
    return caught.value.rule


def without(key: dict[str, str], name: str) -> dict[str, str]:
    return {member: value for member, value in key.items() if member != name}


def test_public_keys_of_both_kinds_are_taken() -> None:
    assert as_jwks({"keys": [EC_KEY, RSA_KEY]}) == {"keys": [EC_KEY, RSA_KEY]}


def test_members_without_use_here_are_left_out_rfc7517_4() -> None:
    assert as_jwks({"keys": [EC_KEY | {"x5t": "MIIB", "nbf": "1"}], "other": 1}) == {"keys": [EC_KEY]}


def test_single_key_needs_no_kid() -> None:
    key = without(EC_KEY, "kid")
    assert as_jwks({"keys": [key]}) == {"keys": [key]}


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
def test_private_material_is_refused_and_called_no_longer_secret(member: str) -> None:
    with pytest.raises(RuleBrokenError, match="no longer secret") as caught:
        as_jwks({"keys": [EC_KEY | {member: "AAAA"}]})
    assert caught.value.rule == "public-only"


def test_symmetric_key_is_refused() -> None:
    assert broken_rule({"keys": [{"kty": "oct", "kid": "a"}]}) == "key-type"
    assert broken_rule({"keys": [{"kty": "oct", "k": "AAAA"}]}) == "public-only"


@pytest.mark.parametrize(
    "value", [None, [], "text", {}, {"keys": {}}, {"keys": []}, {"keys": [EC_KEY] * (MAX_KEYS + 1)}]
)
def test_what_is_no_key_set_is_refused(value: object) -> None:
    assert broken_rule(value) == "type"


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("text", "type"),
        (EC_KEY | {"kid": 5}, "type"),
        ({"kid": "a"}, "key-type"),
        (EC_KEY | {"kty": "OKP"}, "key-type"),
        (EC_KEY | {"use": "wrap"}, "key-use"),
        (EC_KEY | {"use": "enc", "alg": "ES256"}, "key-algorithm"),
        (EC_KEY | {"use": "sig", "alg": "ECDH-ES"}, "key-algorithm"),
        (EC_KEY | {"alg": "RSA-OAEP-256"}, "key-algorithm"),
        (RSA_KEY | {"use": "enc", "alg": "RSA1_5"}, "key-algorithm"),
        (EC_KEY | {"alg": "RS256"}, "key-algorithm"),
        (EC_KEY | {"alg": "none"}, "key-algorithm"),
        (RSA_KEY | {"alg": "HS256"}, "key-algorithm"),
        (EC_KEY | {"kid": ""}, "kid-form"),
        (EC_KEY | {"kid": "a\nb"}, "kid-form"),
        (EC_KEY | {"kid": "a" * 201}, "kid-form"),
        (EC_KEY | {"crv": "P-384"}, "curve"),
        (without(EC_KEY, "crv"), "curve"),
        (without(EC_KEY, "y"), "encoding"),
        (EC_KEY | {"x": "not base64url!"}, "encoding"),
        (EC_KEY | {"x": EC_KEY["x"] + "="}, "encoding"),
        (EC_KEY | {"x": "A"}, "encoding"),
        (EC_KEY | {"x": "AAAA"}, "point"),
        (EC_KEY | {"y": OTHER_EC_KEY["y"]}, "point"),
        (RSA_KEY | {"e": "Aw"}, "rsa-size"),
        (RSA_KEY | {"e": "AQABAAAAAQ"}, "rsa-size"),
        (RSA_KEY | {"e": "AQAC"}, "rsa-numbers"),
        (RSA_KEY | {"n": encode(2**8192 + 1)}, "rsa-size"),
        (RSA_KEY | {"n": "A" * 1401}, "encoding"),
    ],
)
def test_unfit_key_is_refused_with_its_rule(key: object, rule: str) -> None:
    assert broken_rule({"keys": [key]}) == rule


def test_short_rsa_key_is_refused() -> None:
    assert broken_rule({"keys": [RSA_KEY | {"n": encode(2**1024 - 1)}]}) == "rsa-size"


def test_several_keys_need_kids() -> None:
    assert broken_rule({"keys": [without(EC_KEY, "kid"), OTHER_EC_KEY]}) == "kid-required"


def test_kids_are_unique() -> None:
    assert broken_rule({"keys": [EC_KEY, OTHER_EC_KEY | {"kid": EC_KEY["kid"]}]}) == "kid-unique"


@given(st.dictionaries(st.sampled_from(sorted(EC_KEY)), st.text(max_size=50)))
def test_any_other_text_in_a_key_is_taken_or_refused_with_a_rule(members: dict[str, str]) -> None:
    with suppress(RuleBrokenError):
        as_jwks({"keys": [EC_KEY | members]})
