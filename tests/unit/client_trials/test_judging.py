"""OIDC Core 3.1.3.7: the test relying party's own look at an ID token, with each thing broken by itself."""

from collections.abc import Mapping

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from clients.model import ClientId
from idp.client_trials.judging import Expected, judge
from tests.support.builders.protocol import ISSUER, NOW, public_jwks

KEY, UNREGISTERED = (ECKey.generate_key("P-256", {"kid": "k1", "alg": "ES256"}) for _ in range(2))
JWKS = orjson.dumps(public_jwks(KEY))
CLAIMS: Mapping[str, object] = {
    "iss": ISSUER,
    "aud": "cong-thu~try",
    "sub": "x",
    "nonce": "n",
    "acr": "loa3",
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 300,
    # base64url of the left half of SHA-256 of "access".
    "at_hash": "oFYf1knNtrqnhAVfBRuteQ",
}
EXPECTED = Expected(ISSUER, ClientId("cong-thu~try"), "ES256", "n", "access", ("loa3",))


def failed(claims: Mapping[str, object], key: ECKey = KEY) -> set[str]:
    """Return the checks that a token of these claims does not pass."""
    token = jwt.encode({"alg": "ES256", "kid": "k1"}, dict(claims), key)
    return {name for name, passed in judge(token, JWKS, EXPECTED, NOW).checks.items() if not passed}


def test_a_good_token_passes_every_check() -> None:
    assert failed(CLAIMS) == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", "https://other.example"),
        ("aud", "cong-khac"),
        ("aud", ["cong-thu~try", "cong-khac"]),
        ("nonce", "another"),
        ("nonce", None),
        ("acr", "loa1"),
        ("exp", int(NOW.timestamp()) - 60),
        ("exp", "soon"),
        ("iat", int(NOW.timestamp()) + 60),
        ("at_hash", "x"),
    ],
)
def test_each_broken_claim_fails_its_own_check_alone(name: str, value: object) -> None:
    assert failed({**CLAIMS, name: value}) == {name}


def test_another_key_fails_the_signature() -> None:
    assert failed(CLAIMS, UNREGISTERED) == {"signature"}


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "ü.b.c"])
def test_what_is_no_token_is_judged_without_an_error(token: str) -> None:
    assert judge(token, JWKS, EXPECTED, NOW).checks == {"signature": False}
