"""The portal's own key and its client assertions."""

import json
import stat
from pathlib import Path

from joserfc import jwt

from portals.relying_party.client_key import (
    ASSERTION_TYPE,
    assertion_authentication,
    client_assertion,
    load_or_make,
    public_key_set,
)
from portals.relying_party.config import HANOI, ISSUER
from tests.unit.portals.signing import NOW, at


def test_the_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    made = load_or_make(HANOI, tmp_path / "portals")
    path = tmp_path / "portals" / "ha-noi.jwk"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_make(HANOI, tmp_path / "portals").as_dict(private=True) == made.as_dict(private=True)


def test_rfc7517_the_published_set_has_no_private_member(tmp_path: Path) -> None:
    key = load_or_make(HANOI, tmp_path)
    assert '"d"' not in json.dumps(public_key_set(key))
    published = public_key_set(key)["keys"]
    assert isinstance(published, list)
    assert {name: published[0][name] for name in ("kty", "crv", "use", "alg")} == {
        "kty": "EC",
        "crv": "P-256",
        "use": "sig",
        "alg": "ES256",
    }


def test_rfc7523_3_an_assertion_names_the_issuer_and_lives_a_minute(tmp_path: Path) -> None:
    key = load_or_make(HANOI, tmp_path)
    token = jwt.decode(client_assertion(HANOI, key, NOW), key, algorithms=["ES256"])
    jti = token.claims.pop("jti")
    assert token.header == {"typ": "JWT", "alg": "ES256", "kid": key.kid}
    assert token.claims == {"iss": "ha-noi", "sub": "ha-noi", "aud": ISSUER, "iat": at(NOW), "exp": at(NOW) + 60}
    assert len(jti) == 32


def test_rfc7523_3_no_two_assertions_share_a_jti(tmp_path: Path) -> None:
    key = load_or_make(HANOI, tmp_path)
    tokens = [jwt.decode(client_assertion(HANOI, key, NOW), key, algorithms=["ES256"]) for _ in range(2)]
    assert tokens[0].claims["jti"] != tokens[1].claims["jti"]


def test_rfc7523_2_2_the_form_carries_the_assertion(tmp_path: Path) -> None:
    name, authenticate = assertion_authentication(HANOI, load_or_make(HANOI, tmp_path))
    uri, headers, body = authenticate(object(), "POST", f"{ISSUER}/token", {"Accept": "*/*"}, "code=abc")
    assert name == "private_key_jwt"
    assert (uri, headers) == (f"{ISSUER}/token", {"Accept": "*/*"})
    fields = dict(pair.split("=") for pair in body.split("&"))
    assert fields["code"] == "abc"
    assert fields["client_id"] == "ha-noi"
    assert fields["client_assertion_type"] == ASSERTION_TYPE.replace(":", "%3A")
    assert fields["client_assertion"].count(".") == 2
