"""Signing: the right key at the right time, and tokens any JOSE library verifies."""

import base64
from datetime import datetime
from decimal import Decimal

import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from keys.errors import NoActiveKeyError
from keys.key_set import KeySet
from keys.model import ALGORITHMS, Algorithm
from keys.signer import Signer
from tests.unit.keys.made_keys import HOUR, MASTER_KEY, NOW, pair, signing_key

OLD = signing_key("ES256", 0, retires_at=NOW + HOUR, expires_at=NOW + 9 * HOUR)
NEW = signing_key("ES256", 1, activates_at=NOW + HOUR)
RSA = signing_key("RS256", 0)
CLAIMS = {"iss": "https://sso.example", "sub": "abc", "name": "Nguyễn Thị Hòa", "exp": 1_790_000_000}


@pytest.fixture
def signer() -> Signer:
    return Signer(KeySet.open([OLD, NEW, RSA], MASTER_KEY, NOW))


def header_of(token: str) -> dict[str, str]:
    segment = token.split(".", maxsplit=1)[0]
    header: dict[str, str] = orjson.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    return header


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_joserfc_verifies_the_token_rfc7515_5_2(signer: Signer, algorithm: Algorithm) -> None:
    token = signer.sign(CLAIMS, algorithm=algorithm, typ="JWT", now=NOW)
    jwk: dict[str, str | list[str]] = dict(pair(algorithm).public_jwk)
    key = ECKey.import_key(jwk) if algorithm == "ES256" else RSAKey.import_key(jwk)
    assert orjson.loads(jws.deserialize_compact(token, key, algorithms=[algorithm]).payload) == CLAIMS


def test_es256_signature_is_r_and_s_of_full_length_rfc7518_3_4(signer: Signer) -> None:
    # One in 128 signatures has a leading zero byte in r or s; it must not get shorter.
    tokens = [signer.sign(CLAIMS, algorithm="ES256", typ="JWT", now=NOW) for _ in range(600)]
    assert {len(token.split(".")[2]) for token in tokens} == {86}


def test_header_has_alg_kid_and_typ(signer: Signer) -> None:
    token = signer.sign(CLAIMS, algorithm="ES256", typ="at+jwt", now=NOW)
    assert header_of(token) == {"alg": "ES256", "kid": OLD.kid, "typ": "at+jwt"}


def test_types_do_not_mix(signer: Signer) -> None:
    types = ["JWT", "at+jwt", "logout+jwt", "JWT"]
    tokens = [signer.sign(CLAIMS, algorithm="ES256", typ=typ, now=NOW) for typ in types]
    assert [header_of(token)["typ"] for token in tokens] == types


def test_successor_signs_from_its_activation_on(signer: Signer) -> None:
    before = signer.sign(CLAIMS, algorithm="ES256", typ="JWT", now=NOW)
    after = signer.sign(CLAIMS, algorithm="ES256", typ="JWT", now=NOW + HOUR)
    assert (header_of(before)["kid"], header_of(after)["kid"]) == (OLD.kid, NEW.kid)


def test_key_that_is_only_published_does_not_sign() -> None:
    signer = Signer(KeySet.open([NEW], MASTER_KEY, NOW))
    with pytest.raises(NoActiveKeyError):
        signer.sign(CLAIMS, algorithm="ES256", typ="JWT", now=NOW)


def test_retired_key_does_not_sign() -> None:
    signer = Signer(KeySet.open([OLD], MASTER_KEY, NOW))
    with pytest.raises(NoActiveKeyError):
        signer.sign(CLAIMS, algorithm="ES256", typ="JWT", now=NOW + HOUR)


def test_key_opened_after_its_retirement_does_not_sign_for_a_clock_that_went_back() -> None:
    signer = Signer(KeySet.open([OLD], MASTER_KEY, NOW + HOUR))
    with pytest.raises(NoActiveKeyError, match="already retired"):
        signer.sign(CLAIMS, algorithm="ES256", typ="JWT", now=NOW)


@pytest.mark.parametrize("value", [datetime(2026, 1, 1), Decimal(1), b"bytes", {1, 2}])  # noqa: DTZ001
def test_value_that_json_lacks_is_refused(signer: Signer, value: object) -> None:
    with pytest.raises(TypeError):
        signer.sign({"exp": value}, algorithm="ES256", typ="JWT", now=NOW)
