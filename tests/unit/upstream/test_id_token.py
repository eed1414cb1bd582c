"""The provider's ID token: one wrong thing is enough to refuse it (OIDC Core 3.1.3.7, RFC 8725)."""

import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import RSAKey

from idp.upstream.authorization import SignInAttempt
from idp.upstream.errors import UnknownKeyError, UpstreamRefusedError, Why
from idp.upstream.id_token import judge_id_token
from idp.upstream.model import UpstreamProvider
from records.structs import replace
from tests.unit.upstream.builders import ATTEMPT, FRESH, ISSUER, KEY, NOW, OTHER_KEY, PROVIDER, claims, public, signed


def stamp(shift: timedelta) -> int:
    return int((NOW + shift).timestamp())


def why(token: str, provider: UpstreamProvider = PROVIDER, attempt: SignInAttempt = ATTEMPT) -> Why:
    with pytest.raises(UpstreamRefusedError) as refused:
        judge_id_token(provider, attempt, token, public(KEY), NOW)
    return refused.value.why


def part(value: object) -> str:
    return urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


def test_a_right_token_says_who_and_since_when() -> None:
    verified = judge_id_token(PROVIDER, ATTEMPT, signed(claims()), public(OTHER_KEY, KEY), NOW)
    assert verified.subject == "8f0c2d2e-1f0e-4d8b-9a55-000000000001"
    assert verified.auth_time == NOW - timedelta(minutes=10)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": f"{ISSUER}/"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "account"},
        {"aud": ["cong", "account"]},
        {"aud": []},
        {"aud": None},
        {"azp": "vnconnect"},
        {"typ": "Bearer"},
        {"typ": "Logout"},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": 7},
        {"sub": ""},
        {"sub": None},
        {"sub": "ố"},
        {"sub": "x" * 256},
        {"exp": stamp(-timedelta(seconds=30))},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 1e300},
        {"iat": stamp(timedelta(seconds=31))},
        {"iat": stamp(-timedelta(minutes=11))},
        {"iat": None},
        {"nbf": stamp(timedelta(minutes=1))},
        {"auth_time": None},
        {"auth_time": stamp(timedelta(seconds=31))},
    ],
    ids=str,
)
def test_oidc_core_3_1_3_7_one_wrong_claim_is_enough_to_refuse(changed: dict[str, object]) -> None:
    assert why(signed(claims(**changed))) is Why.FAILED


def test_a_clock_that_is_off_by_less_than_the_tolerance_is_no_reason_to_refuse() -> None:
    late = claims(exp=stamp(-timedelta(seconds=29)), iat=stamp(timedelta(seconds=30)))
    assert judge_id_token(PROVIDER, ATTEMPT, signed(late), public(KEY), NOW).subject


def test_rfc8725_3_1_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused() -> None:
    secret = KEY.as_pem(private=False)
    signing_input = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(claims())}"
    tag = urlsafe_b64encode(hmac.digest(secret, signing_input.encode(), "sha256")).rstrip(b"=").decode()
    assert why(f"{signing_input}.{tag}") is Why.FAILED


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE"])
def test_an_unsigned_token_is_refused(algorithm: str) -> None:
    assert why(f"{part({'alg': algorithm, 'kid': 'one'})}.{part(claims())}.") is Why.FAILED


def test_an_algorithm_that_the_provider_is_not_registered_with_is_refused() -> None:
    anything = RSAKey.generate_key(2048, {"kid": "one"})
    with pytest.raises(UpstreamRefusedError) as refused:
        judge_id_token(PROVIDER, ATTEMPT, signed(claims(), anything, alg="PS256"), public(anything), NOW)
    assert refused.value.why is Why.FAILED


def test_a_signature_of_another_key_under_the_known_name_is_refused() -> None:
    assert why(signed(claims(), OTHER_KEY, kid="one")) is Why.FAILED


def test_a_changed_payload_is_refused() -> None:
    head, _, tag = signed(claims()).split(".")
    assert why(f"{head}.{part(claims(sub='somebody-else'))}.{tag}") is Why.FAILED


@pytest.mark.parametrize("header", ["jku", "x5u"])
def test_rfc8725_3_10_a_key_that_the_token_brings_along_is_never_looked_at(header: str) -> None:
    assert why(signed(claims(), KEY, **{header: "https://evil.example/keys"})) is Why.FAILED


def test_rfc8725_3_11_another_kind_of_token_of_the_same_key_is_no_id_token() -> None:
    assert why(signed(claims(), typ="logout+jwt")) is Why.FAILED


def test_an_unknown_key_asks_for_newer_keys() -> None:
    with pytest.raises(UnknownKeyError):
        judge_id_token(PROVIDER, ATTEMPT, signed(claims(), OTHER_KEY), public(KEY), NOW)


def test_two_keys_of_one_name_verify_nothing() -> None:
    trial_clients = (*public(KEY), *public(KEY))
    with pytest.raises(UpstreamRefusedError):
        judge_id_token(PROVIDER, ATTEMPT, signed(claims()), trial_clients, NOW)


@pytest.mark.parametrize(("ago", "fits"), [(timedelta(hours=1), True), (timedelta(hours=1, seconds=31), False)])
def test_a_sign_in_there_that_is_older_than_max_age_is_not_fresh_enough(ago: timedelta, *, fits: bool) -> None:
    token = signed(claims(auth_time=stamp(-ago)))
    if fits:
        assert judge_id_token(PROVIDER, ATTEMPT, token, public(KEY), NOW).auth_time == NOW - ago
    else:
        assert why(token) is Why.NOT_FRESH


def test_where_a_fresh_sign_in_was_asked_for_an_older_one_is_refused() -> None:
    assert why(signed(claims()), attempt=FRESH) is Why.NOT_FRESH


def test_a_fresh_sign_in_counts_from_now() -> None:
    token = signed(claims(auth_time=stamp(-timedelta(seconds=40))))
    assert judge_id_token(PROVIDER, FRESH, token, public(KEY), NOW).auth_time == NOW


def test_rfc9700_4_4_a_token_of_one_provider_is_worth_nothing_at_another_with_the_same_key() -> None:
    other = replace(PROVIDER, id="other", issuer="https://other.example")
    assert why(signed(claims()), other) is Why.FAILED


@given(
    st.text(max_size=200) | st.binary(max_size=100).map(lambda raw: f"{part({'alg': 'RS256'})}.{raw.hex()}.{raw.hex()}")
)
def test_whatever_comes_instead_of_a_token_is_refused(garbage: str) -> None:
    with pytest.raises(UpstreamRefusedError):
        judge_id_token(PROVIDER, ATTEMPT, garbage, public(KEY), NOW)
