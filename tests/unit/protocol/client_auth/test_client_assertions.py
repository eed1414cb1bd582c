"""private_key_jwt: the signature first, then every claim, each broken alone."""

import hmac
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from clients.model import Client, ClientId
from clients.profiles import PROFILES
from idp.protocol.client_auth.client_jws import claimed_kid
from idp.protocol.client_auth.private_key_jwt import (
    BadAssertionError,
    ClientAssertion,
    claimed_client,
    good_audiences,
    verify_assertion,
)
from records.structs import replace
from tests.support.builders.protocol import CLIENT, CLIENT_KEY, ISSUER, NOW, PROVIDER, client_rsa_key, public_jwks

JWKS = public_jwks(CLIENT_KEY)
SIGNER = replace(CLIENT, token_endpoint_auth_method="private_key_jwt", jwks=JWKS, secrets=())
STAMP = int(NOW.timestamp())
GOOD: dict[str, object] = {
    "iss": "portal",
    "sub": "portal",
    "aud": ISSUER,
    "jti": "jti-1",
    "iat": STAMP,
    "exp": STAMP + 60,
}
HEADER: dict[str, object] = {"alg": "ES256", "kid": "client-key-1"}


def encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(
    claims: object, header: Mapping[str, object] = HEADER, key: ECKey | RSAKey = CLIENT_KEY, alg: str | None = None
) -> str:
    """Sign with the algorithm that the header claims, or with another one behind its back."""
    algorithm = jws.JWSRegistry.algorithms[alg or str(header["alg"])]
    message = f"{encode(orjson.dumps(header))}.{encode(orjson.dumps(claims))}"
    return f"{message}.{encode(algorithm.sign(message.encode(), key))}"


def without(name: str) -> dict[str, object]:
    return {claim: value for claim, value in GOOD.items() if claim != name}


def verify(assertion: str, client: Client = SIGNER, jwks: Mapping[str, list[dict[str, str]]] = JWKS) -> ClientAssertion:
    return verify_assertion(PROVIDER, client, assertion, jwks, NOW)


def refused(assertion: str, client: Client = SIGNER, jwks: Mapping[str, list[dict[str, str]]] = JWKS) -> str:
    with pytest.raises(BadAssertionError) as caught:
        verify(assertion, client, jwks)
    return str(caught.value)


def test_rfc7523_3_a_good_assertion_proves_its_client_and_names_what_must_be_remembered() -> None:
    assert verify(signed(GOOD)) == ClientAssertion(ClientId("portal"), "jti-1", NOW + timedelta(seconds=60 + 10 + 1))


@pytest.mark.parametrize(
    "claims", [without("iat"), GOOD | {"nbf": STAMP}, GOOD | {"extra": [1]}, GOOD | {"jti": "j" * 256}]
)
def test_rfc7523_3_optional_and_unknown_claims_do_no_harm(claims: dict[str, object]) -> None:
    assert verify(signed(claims)).jti == claims["jti"]


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        (GOOD | {"iss": "bank"}, "iss is not the client"),
        (without("iss"), "iss is not the client"),
        (GOOD | {"iss": ["portal"]}, "iss is not the client"),
        (GOOD | {"sub": "bank"}, "sub is not the client"),
        (without("sub"), "sub is not the client"),
        (GOOD | {"jti": ""}, "jti is missing or unusable"),
        (without("jti"), "jti is missing or unusable"),
        (GOOD | {"jti": 7}, "jti is missing or unusable"),
        (GOOD | {"jti": "a\0b"}, "jti is missing or unusable"),
        (GOOD | {"jti": "j" * 257}, "jti is missing or unusable"),
        (without("exp"), "exp is missing"),
        (GOOD | {"exp": str(STAMP + 60)}, "a time is no number"),
        (GOOD | {"exp": True}, "a time is no number"),
        (GOOD | {"iat": "now"}, "a time is no number"),
        (GOOD | {"nbf": [STAMP]}, "a time is no number"),
        (GOOD | {"exp": 1e300}, "a time is out of range"),
        (GOOD | {"exp": -1e300}, "a time is out of range"),
        (GOOD | {"exp": -5}, "expired"),
        ([GOOD], "the payload is no object"),
        ("portal", "the payload is no object"),
    ],
)
def test_rfc7523_3_one_wrong_claim_is_enough_to_refuse(claims: object, reason: str) -> None:
    assert refused(signed(claims)) == reason


@pytest.mark.parametrize("aud", [ISSUER, f"{ISSUER}/token"])
def test_ca_3_a_standard_client_may_name_the_issuer_or_the_token_endpoint(aud: str) -> None:
    assert verify(signed(GOOD | {"aud": aud})).client_id == "portal"


@pytest.mark.parametrize(
    "aud",
    [
        "https://other.example",
        [ISSUER],
        [ISSUER, "https://other.example"],
        f"{ISSUER}/",
        f"{ISSUER}/par",
        ISSUER.upper(),
        "",
        None,
        {"aud": ISSUER},
        7,
    ],
)
def test_ca_3_an_audience_that_is_not_this_provider_as_one_string_is_refused(aud: object) -> None:
    said = "a list, not" if isinstance(aud, list) else "not"
    assert refused(signed(GOOD | {"aud": aud})) == f"aud is {said} this provider as one plain string"


def test_ca_3_an_assertion_without_audience_is_refused() -> None:
    assert refused(signed(without("aud"))) == "aud is not this provider as one plain string"


def test_fapi2_5_3_2_1_a_strict_profile_lets_the_issuer_be_named_and_nothing_else() -> None:
    standard = PROFILES["standard"]
    assert good_audiences(PROVIDER, standard) == (ISSUER, f"{ISSUER}/token")
    assert good_audiences(PROVIDER, replace(standard, assertion_audiences=("issuer",))) == (ISSUER,)


@pytest.mark.parametrize(
    ("claims", "accepted"),
    [
        (GOOD | {"exp": STAMP - 9}, True),
        (GOOD | {"exp": STAMP - 10}, False),
        (GOOD | {"exp": STAMP + 600}, True),
        (GOOD | {"exp": STAMP + 601}, False),
        (GOOD | {"nbf": STAMP + 8}, True),
        (GOOD | {"nbf": STAMP + 10}, True),
        (GOOD | {"nbf": STAMP + 11}, False),
        (GOOD | {"nbf": STAMP + 61}, False),
        (GOOD | {"iat": STAMP + 10}, True),
        (GOOD | {"iat": STAMP + 11}, False),
        (GOOD | {"iat": STAMP - 10**6}, True),
        (GOOD | {"exp": STAMP + 59.5}, True),
    ],
)
def test_fapi2_5_3_2_1_times_may_be_off_by_the_skew_and_no_more(claims: dict[str, object], *, accepted: bool) -> None:
    if accepted:
        assert verify(signed(claims)).jti == "jti-1"
    else:
        ahead = {"iat is ahead of our clock", "nbf is ahead of our clock"}
        assert refused(signed(claims)) in {"expired", "lives too long", *ahead}


def test_a_time_at_the_end_of_the_calendar_is_refused_like_any_other() -> None:
    assert refused(signed(GOOD | {"exp": 253402300799})) == "lives too long"


@pytest.mark.parametrize(
    "secret",
    [
        CLIENT_KEY.as_pem(private=False),
        CLIENT_KEY.as_pem(private=False).strip(),
        CLIENT_KEY.as_der(private=False),
        orjson.dumps(JWKS["keys"][0]),
        orjson.dumps(JWKS),
        b64encode(CLIENT_KEY.as_der(private=False)),
        b"",
    ],
    ids=["PEM", "PEM without line end", "DER", "JWK", "JWK set", "base64 DER", "empty"],
)
@pytest.mark.parametrize("alg", ["HS256", "ES256"])
def test_ca_5_a_public_key_never_works_as_an_hmac_secret(secret: bytes, alg: str) -> None:
    message = f"{encode(orjson.dumps(HEADER | {'alg': alg}))}.{encode(orjson.dumps(GOOD))}"
    forged = f"{message}.{encode(hmac.digest(secret, message.encode(), 'sha256'))}"
    taken = alg == "ES256"
    assert refused(forged) == ("not a JWS, or its signature is wrong" if taken else "alg is not taken of this client")


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "", None, 7, ["ES256"], "ES384", "EdDSA", "RS256"])
@pytest.mark.parametrize("signature", ["", "AA"])
def test_rfc8725_3_1_the_algorithm_belongs_to_the_registered_key(alg: object, signature: str) -> None:
    message = f"{encode(orjson.dumps(HEADER | {'alg': alg}))}.{encode(orjson.dumps(GOOD))}"
    assert refused(f"{message}.{signature}") in {
        "alg is not taken of this client",
        "no registered key, or more than one, fits kid and alg",
        "not a JWS, or its signature is wrong",
    }


def test_fapi2_5_4_1_a_client_of_the_profile_proves_itself_by_no_rs256() -> None:
    """`ensure-signed-client-assertion-with-RS256-fails`: also where its key names no algorithm."""
    key = client_rsa_key()
    client, jwks = replace(SIGNER, security_profile="fapi2"), public_jwks(key)
    by_rs256 = signed(GOOD, {"alg": "RS256", "kid": "client-rsa-1"}, key)
    assert refused(by_rs256, client, jwks) == "alg is not taken of this client"
    assert verify(by_rs256, jwks=jwks).client_id == "portal"
    assert verify(signed(GOOD, {"alg": "PS256", "kid": "client-rsa-1"}, key), client, jwks).client_id == "portal"


def test_rfc9101_10_8_a_request_object_proves_nobody() -> None:
    for typ in ("oauth-authz-req+jwt", "OAuth-Authz-Req+JWT", "application/oauth-authz-req+jwt"):
        assert refused(signed(GOOD, HEADER | {"typ": typ})) == "typ is not taken here"
    for typ in ("JWT", "client-authentication+jwt"):
        assert verify(signed(GOOD, HEADER | {"typ": typ})).client_id == "portal"


def test_the_key_is_chosen_by_kid_and_a_kid_is_not_needed_for_the_only_key() -> None:
    assert verify(signed(GOOD, {"alg": "ES256"})).client_id == "portal"
    assert refused(signed(GOOD, HEADER | {"kid": "unknown"})).startswith("no registered key")
    assert refused(signed(GOOD, HEADER | {"kid": ["client-key-1"]})).startswith("no registered key")


def test_without_a_kid_two_fitting_keys_are_one_too_many() -> None:
    second = ECKey.generate_key("P-256", {"kid": "client-key-2", "alg": "ES256"})
    both = public_jwks(CLIENT_KEY, second)
    assert verify(signed(GOOD, HEADER | {"kid": "client-key-2"}, second), jwks=both).jti == "jti-1"
    assert refused(signed(GOOD, {"alg": "ES256"}, second), jwks=both).startswith("no registered key")


def test_another_key_of_the_same_kid_does_not_prove_the_client() -> None:
    thief = ECKey.generate_key("P-256", {"kid": "client-key-1"})
    assert refused(signed(GOOD, key=thief)) == "not a JWS, or its signature is wrong"


def test_a_client_without_keys_proves_nothing() -> None:
    assert refused(signed(GOOD), jwks={}).startswith("no registered key")
    assert refused(signed(GOOD), jwks={"keys": []}).startswith("no registered key")


@pytest.mark.parametrize(
    "member",
    [
        {"jwk": JWKS["keys"][0]},
        {"jku": "https://thief.example/jwks"},
        {"x5u": "https://thief.example/chain"},
        {"x5c": ["AA=="]},
        {"crit": ["exp"]},
        {"b64": False},
    ],
    ids=lambda member: next(iter(member)),
)
def test_rfc8725_3_10_a_key_or_extension_that_the_token_brings_is_refused(member: dict[str, object]) -> None:
    # joserfc refuses an unencoded payload (RFC 7797 6) before our own list is looked at.
    reason = "not a JWS, or its signature is wrong" if "b64" in member else "a forbidden header member"
    assert refused(signed(GOOD, HEADER | member)) == reason


@pytest.mark.parametrize("alg", ["RS256", "PS256"])
def test_an_rsa_client_may_use_either_rsa_algorithm_unless_its_key_names_one(alg: str) -> None:
    key = client_rsa_key()
    jwks = public_jwks(key)
    header = {"alg": alg, "kid": "client-rsa-1"}
    assert verify(signed(GOOD, header, key), jwks=jwks).client_id == "portal"
    bound = {"keys": [jwks["keys"][0] | {"alg": "PS256"}]}
    if alg == "PS256":
        assert verify(signed(GOOD, header, key), jwks=bound).client_id == "portal"
    else:
        assert refused(signed(GOOD, header, key), jwks=bound).startswith("no registered key")


def test_a_signature_of_one_algorithm_under_the_name_of_another_is_refused() -> None:
    key = client_rsa_key()
    forged = signed(GOOD, {"alg": "PS256", "kid": "client-rsa-1"}, key, alg="RS256")
    assert refused(forged, jwks=public_jwks(key)) == "not a JWS, or its signature is wrong"


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "EC", "kid": "client-key-1"},
        {"kty": "EC", "kid": "client-key-1", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "EC", "kid": "client-key-1", "crv": "P-999", "x": "AA", "y": "AA"},
        {"kty": "EC", "kid": "client-key-1", "crv": "P-256", "x": "é!", "y": ""},
        {"kty": "oct", "kid": "client-key-1", "k": "AA"},
        {"kty": "oct", "kid": "client-key-1", "k": "AA", "alg": "ES256"},
        {"kid": "client-key-1"},
        {},
    ],
)
def test_a_broken_registered_key_refuses_and_never_raises_anything_else(key: dict[str, str]) -> None:
    assert refused(signed(GOOD), jwks={"keys": [key]})


def test_a_key_on_another_curve_does_not_verify_es256() -> None:
    other = ECKey.generate_key("P-384", {"kid": "client-key-1"})
    assert refused(signed(GOOD), jwks=public_jwks(other))


@pytest.mark.parametrize("text", ["", ".", "..", "a.b", "a.b.c.d", "é.é.é", "{}", " ", "a" * 9000, "e30.e30.é"])
def test_a_text_that_is_no_compact_jws_is_refused_and_names_nobody(text: str) -> None:
    assert refused(text) in {"not a JWS, or its signature is wrong", "too long, or not ASCII"}
    assert claimed_client(text) is None
    assert claimed_kid(text) is None


def test_an_assertion_is_bounded_in_length() -> None:
    long = signed(GOOD | {"padding": "x" * 8192})
    assert refused(long) == "too long, or not ASCII"
    assert claimed_client(long) is None


@given(st.data())
def test_one_changed_character_of_an_assertion_is_refused(data: st.DataObject) -> None:
    text = signed(GOOD)
    # The last letter carries bits that say nothing; another spelling of the same signature proves the same.
    index = data.draw(st.integers(0, len(text) - 2))
    other = data.draw(st.sampled_from("ABCxyz019-_.").filter(lambda letter: letter != text[index]))
    assert refused(text[:index] + other + text[index + 1 :])


HEADER_VALUES: tuple[object, ...] = ("ES256", "none", "client-key-1", 1, None, [], {}, "DEF")
HEADERS: st.SearchStrategy[dict[str, object]] = st.dictionaries(
    st.sampled_from(["alg", "kid", "typ", "cty", "zip"]), st.sampled_from(HEADER_VALUES)
)


@given(HEADERS | st.none() | st.just([]), st.binary(max_size=40), st.binary(max_size=70))
def test_any_header_payload_and_signature_raise_nothing_but_the_declared_error(
    header: object, payload: bytes, signature: bytes
) -> None:
    text = f"{encode(orjson.dumps(header))}.{encode(payload)}.{encode(signature)}"
    assert refused(text)
    assert claimed_client(text) is None or isinstance(claimed_client(text), str)
    assert claimed_kid(text) is None or isinstance(claimed_kid(text), str)


def test_the_claimed_client_is_the_subject_unverified() -> None:
    assert claimed_client(signed(GOOD)) == "portal"
    assert claimed_client(signed(GOOD | {"sub": 7})) is None
    assert claimed_client(signed(["portal"])) is None


def test_the_claimed_kid_is_the_headers_unverified() -> None:
    assert claimed_kid(signed(GOOD)) == "client-key-1"
    assert claimed_kid(signed(GOOD, {"alg": "ES256"})) is None


def test_rfc7517_4_2_a_key_to_encrypt_for_proves_nobody() -> None:
    (key,) = JWKS["keys"]
    assert verify(signed(GOOD), jwks={"keys": [{**key, "use": "sig"}]}).client_id == "portal"
    assert refused(signed(GOOD), jwks={"keys": [{**key, "use": "enc"}]}).startswith("no registered key")
