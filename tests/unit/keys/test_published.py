"""Published keys in the hands of somebody else."""

from datetime import UTC, datetime

import orjson
import pytest

from keys.errors import TokenInvalidError
from keys.generate import generate
from keys.key_set import KeySet
from keys.model import Algorithm, SigningKey
from keys.published import published_verifier
from keys.seal import MasterKey, seal
from keys.signer import Signer

NOW = datetime(2026, 11, 25, tzinfo=UTC)
MASTER = MasterKey(bytes(range(32)))
PAIR = generate("ES256", rsa_bits=2048)
ALGORITHMS: tuple[Algorithm, ...] = ("ES256",)
RECORD = SigningKey(
    PAIR.kid, "ES256", seal(PAIR.private_der, kid=PAIR.kid, master_key=MASTER), PAIR.public_jwk, NOW, NOW
)
TOKEN = Signer(KeySet.open([RECORD], MASTER, NOW)).sign({"a": 1}, algorithm="ES256", typ="test+jwt", now=NOW)


def verified(*keys: object) -> str:
    document = orjson.dumps({"keys": keys})
    return published_verifier(document).verify_hint(TOKEN, algorithms=ALGORITHMS).kid


def test_rfc7517_5_a_token_is_verified_with_the_published_key() -> None:
    assert verified({"kty": "RSA"}, None, PAIR.public_jwk) == PAIR.kid


@pytest.mark.parametrize(
    "change", [{"kid": "another"}, {"x": "AA"}, {"alg": "RS256"}, {"crv": "P-384"}, {"kty": "RSA"}, {"d": "AA"}]
)
def test_rfc7638_3_a_key_that_is_not_what_its_kid_says_verifies_nothing(change: dict[str, str]) -> None:
    with pytest.raises(TokenInvalidError):
        verified({**PAIR.public_jwk, **change})


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys":7}'])
def test_what_is_no_key_set_is_refused(document: bytes) -> None:
    with pytest.raises(TokenInvalidError):
        published_verifier(document)
