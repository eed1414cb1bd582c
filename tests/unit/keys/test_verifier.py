"""Verification: our own tokens pass, everything else is told apart and refused."""

import base64
import hashlib
import hmac
from datetime import datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from keys.errors import TokenInvalidError
from keys.generate import load_public
from keys.key_set import KeySet
from keys.model import ALGORITHMS
from keys.signer import Signer
from keys.verifier import MAX_TOKEN_CHARACTERS, VerifiedToken, Verifier
from tests.unit.keys.made_keys import HOUR, MASTER_KEY, NOW, pair, signing_key

KEY = signing_key("ES256", 0, retires_at=NOW + HOUR, expires_at=NOW + 2 * HOUR)
RSA = signing_key("RS256", 0)
KEYS = KeySet.open([KEY, RSA], MASTER_KEY, NOW)
VERIFIER = Verifier(KEYS)
CLAIMS: dict[str, object] = {"iss": "https://sso.example", "sub": "abc"}
TOKEN = Signer(KEYS).sign(CLAIMS, algorithm="ES256", typ="JWT", now=NOW)
RSA_TOKEN = Signer(KEYS).sign(CLAIMS, algorithm="RS256", typ="JWT", now=NOW)


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def forge(header: object, payload: bytes = b'{"sub":"abc"}', signature: bytes = b"\x01" * 64) -> str:
    return ".".join((encode(orjson.dumps(header)), encode(payload), encode(signature)))


def sign_as_us(header: dict[str, object], payload: bytes = b'{"sub":"abc"}') -> str:
    """Return a token with a right signature of our ES256 key over any header and payload."""
    message = f"{encode(orjson.dumps(header))}.{encode(payload)}"
    signature = jws.JWSRegistry.algorithms["ES256"].sign(message.encode(), ECKey.import_key(pair("ES256").private_der))
    return f"{message}.{encode(signature)}"


def fault(token: str, now: datetime = NOW) -> str:
    with pytest.raises(TokenInvalidError) as caught:
        VERIFIER.verify(token, algorithms=ALGORITHMS, now=now)
    return caught.value.reason


@pytest.mark.parametrize(("token", "kid"), [(TOKEN, KEY.kid), (RSA_TOKEN, RSA.kid)], ids=["EC", "RSA"])
def test_own_token_is_verified(token: str, kid: str) -> None:
    verified = VERIFIER.verify(token, algorithms=ALGORITHMS, now=NOW)
    assert verified.kid == kid
    assert verified.claims == CLAIMS
    assert verified.header["typ"] == "JWT"


def test_retired_key_still_verifies() -> None:
    assert VERIFIER.verify(TOKEN, algorithms=ALGORITHMS, now=NOW + HOUR).claims == CLAIMS


def test_expired_key_does_not_verify() -> None:
    assert fault(TOKEN, NOW + 2 * HOUR) == "expired_key"


def test_hint_of_an_expired_key_is_verified_rp_initiated_logout_2() -> None:
    expired = signing_key("ES256", 0, retires_at=NOW - 2 * HOUR, expires_at=NOW - HOUR)
    verifier = Verifier(KeySet.open([expired], MASTER_KEY, NOW))
    assert verifier.verify_hint(TOKEN, algorithms=ALGORITHMS).claims == CLAIMS


def test_hint_of_a_withdrawn_key_is_refused() -> None:
    withdrawn = signing_key("ES256", 0, retires_at=NOW, expires_at=NOW)
    verifier = Verifier(KeySet.open([withdrawn], MASTER_KEY, NOW))
    with pytest.raises(TokenInvalidError, match="unknown_key"):
        verifier.verify_hint(TOKEN, algorithms=ALGORITHMS)


def test_hint_with_a_wrong_signature_is_refused() -> None:
    with pytest.raises(TokenInvalidError, match="bad_signature"):
        VERIFIER.verify_hint(TOKEN[:-9] + "AAAAAAAAA"[:8] + "A", algorithms=ALGORITHMS)


def test_algorithm_that_the_caller_does_not_take_is_refused() -> None:
    with pytest.raises(TokenInvalidError, match="wrong_algorithm"):
        VERIFIER.verify(RSA_TOKEN, algorithms=["ES256"], now=NOW)


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "", "HS256", "RS256", "ES384", None, 5])
def test_jw_1_algorithm_other_than_the_keys_own_is_refused(algorithm: object) -> None:
    assert fault(forge({"alg": algorithm, "kid": KEY.kid})) == "wrong_algorithm"


def test_jw_1_unsigned_token_is_refused() -> None:
    header = encode(orjson.dumps({"alg": "none", "kid": KEY.kid}))
    assert fault(f"{header}.{encode(b'{}')}.") == "not_compact"


def test_rfc8725_3_1_public_key_as_hmac_secret_is_refused() -> None:
    public_pem = load_public("RS256", pair("RS256").public_jwk).as_pem(private=False)
    message = f"{encode(orjson.dumps({'alg': 'HS256', 'kid': RSA.kid}))}.{encode(b'{}')}"
    mac = hmac.digest(public_pem, message.encode(), hashlib.sha256)
    assert fault(f"{message}.{encode(mac)}") == "wrong_algorithm"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("crit", ["exp"]),
        ("jwk", dict(pair("ES256", 7).public_jwk)),
        ("jku", "https://evil.test/jwks"),
        ("x5u", "https://evil.test/x5u"),
        ("x5c", ["MIIB"]),
        ("b64", False),
        ("b64", True),
    ],
)
def test_jw_3_and_jw_5_header_that_brings_keys_or_extensions_is_refused(name: str, value: object) -> None:
    assert fault(sign_as_us({"alg": "ES256", "kid": KEY.kid, name: value})) == "forbidden_header"


@pytest.mark.parametrize("header", [{"alg": "ES256"}, {"alg": "ES256", "kid": "other"}, {"alg": "ES256", "kid": [1]}])
def test_missing_or_unknown_kid_is_refused_without_trying_keys(header: dict[str, object]) -> None:
    assert fault(sign_as_us(header)) == "unknown_key"


def test_kid_of_another_key_is_refused() -> None:
    assert fault(sign_as_us({"alg": "RS256", "kid": RSA.kid})) == "bad_signature"


@pytest.mark.parametrize("header", [[], "text", 5, None])
def test_header_that_is_no_object_is_refused(header: object) -> None:
    assert fault(forge(header)) == "bad_header"


def test_header_that_is_not_json_is_refused() -> None:
    assert fault(f"{encode(b'{alg}')}.{encode(b'{}')}.{encode(b'sig')}") == "bad_header"


@pytest.mark.parametrize("payload", [b"[]", b'"text"', b"not json", b"NaN", b'{"a":1e400', b"\xff"])
def test_rightly_signed_claims_that_are_no_object_are_refused(payload: bytes) -> None:
    assert fault(sign_as_us({"alg": "ES256", "kid": KEY.kid}, payload)) == "bad_claims"


def test_token_over_the_size_limit_is_refused() -> None:
    assert fault("a" * (MAX_TOKEN_CHARACTERS + 1)) == "too_long"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        f"{TOKEN}.",
        f"{TOKEN}\n",
        f" {TOKEN}",
        f"{TOKEN}=",
        TOKEN.replace(".", "..", 1),
        orjson.dumps({"payload": "e30", "signatures": []}).decode(),
        TOKEN.split(".")[0] + ".." + TOKEN.split(".")[2],
        "é" + TOKEN,
    ],
)
def test_jw_9_anything_but_three_segments_is_refused(token: str) -> None:
    assert fault(token) == "not_compact"


def test_cr_13_other_spelling_of_the_last_character_is_refused() -> None:
    # 64 bytes leave four idle bits in the last character: these spellings decode to the same signature.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    place = alphabet.index(TOKEN[-1])
    assert place % 16 == 0
    assert {fault(TOKEN[:-1] + alphabet[place + step]) for step in range(1, 16)} == {"not_compact"}


@given(st.integers(0, len(TOKEN) - 1), st.characters(codec="utf-8"))
def test_cr_13_any_changed_character_is_refused(place: int, character: str) -> None:
    changed = TOKEN[:place] + character + TOKEN[place + 1 :]
    if changed != TOKEN:
        fault(changed)


@given(st.integers(0, len(TOKEN) - 1))
def test_cr_13_any_truncation_is_refused(length: int) -> None:
    fault(TOKEN[:length])


@given(st.text(max_size=300))
def test_any_text_is_refused_and_nothing_else_happens(text: str) -> None:
    fault(text)


@given(st.binary(max_size=80))
def test_any_signature_of_any_length_is_refused(signature: bytes) -> None:
    message = TOKEN.rpartition(".")[0]
    assert fault(f"{message}.{encode(signature)}") in {"bad_signature", "not_compact"}


def test_nobody_else_makes_a_verified_token() -> None:
    with pytest.raises(TypeError, match=r"keys\.verifier"):
        VerifiedToken(KEY.kid, {}, {}, object())


def test_claims_cannot_be_changed_after_verification() -> None:
    verified = VERIFIER.verify(TOKEN, algorithms=ALGORITHMS, now=NOW)
    with pytest.raises(TypeError):
        verified.claims["sub"] = "other"  # type: ignore[index]
