"""Signed authentication requests: one thing wrong at a time, each refused, and the whole one taken (CIBA 7.1.1)."""

import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from clients.model import CIBA, Client
from idp.protocol.client_auth.client_jws import Jwks
from idp.protocol.device.signed_request import read_signed_request, sends_signed
from idp.protocol.errors import OAuth2Error
from idp.protocol.forms import Form, parse_form
from records.structs import replace
from tests.support.builders.protocol import CLIENT, ISSUER, NOW, PROVIDER, form

KEY, STRANGERS = ECKey.generate_key("P-256", {"kid": "k"}), ECKey.generate_key("P-256", {"kid": "k"})
RSA = RSAKey.generate_key(2048, {"kid": "r"})
KEYS: Jwks = {"keys": [{name: str(value) for name, value in key.as_dict(private=False).items()} for key in (KEY, RSA)]}
SIGNING = replace(
    CLIENT,
    grant_types=("refresh_token", CIBA),
    backchannel_token_delivery_mode="poll",
    backchannel_authentication_request_signing_alg="ES256",
)
AT = int(NOW.timestamp())
GOOD: dict[str, object] = {
    "iss": SIGNING.client_id,
    "aud": ISSUER,
    "exp": AT + 300,
    "iat": AT,
    "nbf": AT,
    "jti": "once-1",
    "scope": "openid profile",
    "login_hint": "001899000001",
    "binding_message": "Chuyển 2 triệu",
    "requested_expiry": 120,
}
MISSING = object()


def signed(claims: dict[str, object], key: ECKey | RSAKey = KEY, **header: object) -> str:
    protected = {"alg": "ES256", "kid": key.kid, **header}
    algorithms = ["ES256", "PS256", "RS256"]
    return jws.serialize_compact(protected, orjson.dumps(claims), key, algorithms=algorithms)


def changed(**members: object) -> dict[str, object]:
    return {name: value for name, value in {**GOOD, **members}.items() if value is not MISSING}


def read(text: str, client: Client = SIGNING, **beside: str) -> Form:
    return read_signed_request(PROVIDER, client, form(request=text, **beside), KEYS, NOW)


def refused(text: str, client: Client = SIGNING, **beside: str) -> tuple[str, str]:
    with pytest.raises(OAuth2Error) as caught:
        read(text, client, **beside)
    return str(caught.value.error), str(caught.value.description)


def test_ciba_7_1_1_what_the_client_signed_is_what_it_asks() -> None:
    assert read(signed(GOOD)).data == {
        "client_id": SIGNING.client_id,
        "scope": "openid profile",
        "login_hint": "001899000001",
        "binding_message": "Chuyển 2 triệu",
        "requested_expiry": "120",
    }


@pytest.mark.parametrize("expiry", [120, "120"])
def test_ciba_7_1_1_requested_expiry_is_a_number_or_a_text(expiry: object) -> None:
    """fapi-ciba-id1-ensure-requested-expiry-as-string-succeeds."""
    assert read(signed(changed(requested_expiry=expiry))).get("requested_expiry") == "120"


@pytest.mark.parametrize(
    "good",
    [
        {"aud": [ISSUER, "https://other.example"]},
        {"client_id": SIGNING.client_id},
        {"nbf": AT + 8, "iat": AT + 8},
        {"nbf": AT - 3590, "exp": AT + 5},
        {"nbf": AT, "exp": AT + 3600},
    ],
)
def test_ciba_7_1_1_times_and_audience_within_their_limits(good: dict[str, object]) -> None:
    assert read(signed(changed(**good))).get("scope") == "openid profile"


@pytest.mark.parametrize("typ", ["oauth-authz-req+jwt", "JWT", "application/oauth-authz-req+jwt"])
def test_rfc9101_10_8_a_type_that_says_what_it_is(typ: str) -> None:
    assert read(signed(GOOD, typ=typ)).get("scope")


WRONG: dict[str, dict[str, object]] = {
    "missing-aud": {"aud": MISSING},
    "bad-aud": {"aud": "https://other.example"},
    "missing-iss": {"iss": MISSING},
    "bad-iss": {"iss": "another"},
    "different-client-id-and-issuer": {"client_id": "another"},
    "missing-exp": {"exp": MISSING},
    "expired-exp": {"exp": AT - 30, "nbf": AT - 60, "iat": AT - 60},
    "exp-is-70-minutes-in-future": {"exp": AT + 4200},
    "missing-iat": {"iat": MISSING},
    "iat-is-10-minutes-in-future": {"iat": AT + 600},
    "missing-nbf": {"nbf": MISSING},
    "nbf-is-10-minutes-in-future": {"nbf": AT + 600, "exp": AT + 900},
    "nbf-is-70-minutes-in-past": {"nbf": AT - 4200, "exp": AT + 60},
    "missing-jti": {"jti": MISSING},
    "empty-jti": {"jti": ""},
    "endless-jti": {"jti": "j" * 257},
    "a-number-as-jti": {"jti": 7},
    "a-text-as-exp": {"exp": str(AT + 300)},
    "a-flag-as-iat": {"iat": True},
    "far-away-exp": {"exp": 1e300},
    "a-subject": {"sub": SIGNING.client_id},
    "another-inside": {"request": "a.b.c"},
    "a-list-as-scope": {"scope": ["openid"]},
    "nul": {"binding_message": "a\0b"},
}


@pytest.mark.parametrize("name", WRONG)
def test_ciba_7_1_1_fapi_ciba_id1_ensure_request_object_fails(name: str) -> None:
    """fapi-ciba-id1-ensure-request-object-…-fails, one thing wrong at a time."""
    code, said = refused(signed(changed(**WRONG[name])))
    assert code == "invalid_request"
    assert said.startswith("The signed request is not taken: ")


def test_ciba_7_1_1_fapi_ciba_id1_ensure_request_object_signature_algorithm_fails() -> None:
    """Signature-algorithm-is-none, -is-bad, -is-RS256, and signed-by-other-client."""
    text = signed(GOOD)
    head, payload, signature = text.split(".")
    wrong = {
        "none": f"eyJhbGciOiJub25lIn0.{payload}.",
        "bad": f"{head}.{payload}.{signature[:-4]}AAAA",
        "RS256": signed(GOOD, RSA, alg="RS256"),
        "PS256 where ES256 is registered": signed(GOOD, RSA, alg="PS256"),
        "of another client": signed(GOOD, STRANGERS),
        "no JWS": "not-a-jws",
        "empty": "",
    }
    assert {name: refused(each)[0] for name, each in wrong.items()} == dict.fromkeys(wrong, "invalid_request")
    by_rsa = replace(SIGNING, backchannel_authentication_request_signing_alg="PS256")
    assert read(signed(GOOD, RSA, alg="PS256"), by_rsa).get("scope") == "openid profile"


@pytest.mark.parametrize("name", ["scope", "login_hint", "binding_message", "requested_expiry", "acr_values"])
def test_ciba_7_1_1_nothing_stands_beside_the_signed_request(name: str) -> None:
    said = "Beside 'request' stands what proves the client, and nothing else."
    assert refused(signed(GOOD), SIGNING, **{name: "x"}) == ("invalid_request", said)


def test_ciba_7_1_1_a_signed_request_that_is_sent_twice_is_none() -> None:
    twice = parse_form(b"request=a.b.c&request=a.b.d")
    with pytest.raises(OAuth2Error) as caught:
        read_signed_request(PROVIDER, SIGNING, twice, KEYS, NOW)
    assert caught.value.error == "invalid_request"


def test_ciba_4_who_registered_an_algorithm_signs_and_nobody_else_does() -> None:
    """fapi-ciba-id1-ensure-backchannel-authorization-request-without-request-fails, and its other way round."""
    plain = replace(SIGNING, backchannel_authentication_request_signing_alg=None)
    assert sends_signed(SIGNING, form(request="a.b.c"))
    assert not sends_signed(plain, form(login_hint="001899000001"))
    for client, sent in ((SIGNING, form(login_hint="001899000001")), (plain, form(request="a.b.c"))):
        with pytest.raises(OAuth2Error) as caught:
            sends_signed(client, sent)
        assert caught.value.error == "invalid_request"


def test_a_client_assertion_and_an_authorization_request_are_no_signed_request() -> None:
    """What the same key signs for another place passes for nothing here."""
    assertion: dict[str, object] = {
        "iss": SIGNING.client_id,
        "sub": SIGNING.client_id,
        "aud": ISSUER,
        "jti": "a",
        "exp": AT + 60,
    }
    pushed: dict[str, object] = {
        "iss": SIGNING.client_id,
        "aud": ISSUER,
        "client_id": SIGNING.client_id,
        "response_type": "code",
    }
    for claims in (assertion, pushed):
        assert refused(signed(claims))[0] == "invalid_request"
    # Even one that has every date: it would say whom it is about, and that is all.
    assert refused(signed({**changed(), "sub": SIGNING.client_id}))[0] == "invalid_request"
