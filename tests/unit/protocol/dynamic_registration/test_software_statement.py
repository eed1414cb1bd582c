"""Software statements: the signature of a trusted key first, then every claim, each broken alone (RFC 7591 2.3)."""

from collections.abc import Mapping
from datetime import timedelta

import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from idp.protocol.dynamic_registration.errors import RegistrationError
from idp.protocol.dynamic_registration.software_statement import claimed_issuer, read_statement, statement_of
from tests.support.builders.protocol import CLIENT_KEY, ISSUER, NOW, public_jwks
from tests.support.parties.client_credentials import new_key

SKEW = timedelta(seconds=30)
STAMP = int(NOW.timestamp())
CLAIMS: dict[str, object] = {"iss": "https://publisher.example", "iat": STAMP, "client_name": "Signed"}
JWKS = public_jwks(CLIENT_KEY)


def signed(claims: Mapping[str, object] = CLAIMS, key: ECKey = CLIENT_KEY, **header: object) -> str:
    full: dict[str, object] = {"alg": "ES256", "kid": str(key.kid), **header}
    return jws.serialize_compact(full, orjson.dumps(claims), key)


def refusal(statement: str) -> str:
    with pytest.raises(RegistrationError) as refused:
        read_statement(statement, JWKS, ISSUER, NOW, SKEW)
    assert (refused.value.error.code, refused.value.error.status) == ("invalid_software_statement", 400)
    return refused.value.error.description


def test_a_statement_asserts_its_members_and_nothing_of_the_jwt() -> None:
    claims = {**CLAIMS, "exp": STAMP + 60, "jti": "1", "aud": ISSUER, "sub": "x", "nbf": STAMP}
    assert read_statement(signed(claims), JWKS, ISSUER, NOW, SKEW) == {"client_name": "Signed"}
    several = {**CLAIMS, "aud": ["https://other.example", ISSUER]}
    assert read_statement(signed(several), JWKS, ISSUER, NOW, SKEW) == {"client_name": "Signed"}


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": STAMP - 31},
        {"iat": STAMP + 31},
        {"nbf": STAMP + 31},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 1e300},
        {"aud": "https://other.example"},
        {"aud": ["https://other.example"]},
        {"aud": 1},
    ],
    ids=str,
)
def test_a_claim_that_does_not_hold(claims: dict[str, object]) -> None:
    assert refusal(signed({**CLAIMS, **claims}))


def test_rfc7591_2_3_only_a_trusted_key_signs() -> None:
    other = new_key(str(CLIENT_KEY.kid))
    assert "trusted key" in refusal(signed(key=other))
    head, payload, signature = signed().split(".")
    assert refusal(f"{head}.{payload}.{signature[:-4]}AAAA")
    none = jws.extract_compact(signed().encode()).headers()
    assert none["alg"] == "ES256"
    unsigned = "eyJhbGciOiJub25lIn0." + payload + "."
    assert refusal(unsigned)
    assert refusal("not.a.jwt")


def test_a_key_that_a_statement_brings_along_is_no_trusted_one() -> None:
    other = new_key("other")
    assert refusal(signed(key=other, jwk=other.as_dict(private=False)))


@pytest.mark.parametrize("shown", [1, "", "é.é.é", "x" * 9000, ["a"], {}])
def test_a_statement_is_a_text_of_bounded_length(shown: object) -> None:
    with pytest.raises(RegistrationError) as refused:
        statement_of({"software_statement": shown}, None)
    assert refused.value.error.code == "invalid_software_statement"


def test_leaving_a_statement_out_does_not_get_rid_of_it() -> None:
    assert statement_of({}, "kept") == "kept"
    assert statement_of({"software_statement": None}, "kept") == "kept"
    assert statement_of({"software_statement": "new"}, "kept") == "new"
    assert statement_of({}, None) is None


@pytest.mark.parametrize(
    "statement",
    ["x", "a.b.c", signed({"iss": 1}), signed({"iss": "x" * 501}), signed({})],
    ids=["text", "dots", "number", "long", "none"],
)
def test_a_statement_without_an_issuer_is_nobodys(statement: str) -> None:
    with pytest.raises(RegistrationError):
        claimed_issuer(statement)
    assert claimed_issuer(signed()) == CLAIMS["iss"]
