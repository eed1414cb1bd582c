"""Every check of an ID token, each broken alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from joserfc.jwk import OctKey

from portals.relying_party.config import ISSUER, NATIONAL
from portals.relying_party.errors import TokenRefusedError
from portals.relying_party.tokens import Claims, Expectation, check_id_token, read_signed
from tests.unit.portals.signing import (
    ACCESS_TOKEN,
    NONCE,
    NOW,
    OTHER_KEY,
    RSA_KEY,
    SIGNING_KEY,
    Published,
    at,
    id_claims,
    sign,
)

SKEW = timedelta(seconds=30)
EXPECTED = Expectation(issuer=ISSUER, client_id=NATIONAL.client_id, skew=SKEW, nonce=NONCE, access_token=ACCESS_TOKEN)


async def read(token: str, published: Published | None = None) -> Claims:
    keys = (published or Published(SIGNING_KEY)).provider_keys()
    return await read_signed(token, keys, algorithm="ES256", types=("", "jwt"), now=NOW)


async def refusal(token: str, published: Published | None = None) -> str:
    with pytest.raises(TokenRefusedError) as caught:
        await read(token, published)
    assert caught.value.code == "token_refused"
    return caught.value.detail


def claims_refusal(expected: Expectation = EXPECTED, **changes: object) -> str:
    with pytest.raises(TokenRefusedError) as caught:
        check_id_token(id_claims(**changes), expected, NOW)
    return caught.value.detail


async def test_a_good_token_is_read() -> None:
    claims = await read(sign(id_claims()))
    check_id_token(claims, EXPECTED, NOW)
    assert claims["sub"] == "pairwise-subject"


async def test_a_token_without_typ_is_read() -> None:
    assert (await read(sign(id_claims(), typ=None)))["iss"] == ISSUER


async def test_rfc8725_3_1_another_algorithm_is_refused_even_with_a_published_key() -> None:
    token = sign(id_claims(), RSA_KEY, alg="RS256")
    assert "no key with this kid" in await refusal(token, Published(SIGNING_KEY, RSA_KEY))


async def test_rfc8725_3_1_the_public_key_is_no_hmac_secret() -> None:
    secret = OctKey.import_key(SIGNING_KEY.as_pem(private=False).replace(b"-----", b""), {"kid": "first"})
    assert "UnsupportedAlgorithmError" in await refusal(sign(id_claims(), secret, alg="HS256"))


async def test_rfc8725_3_2_an_unsigned_token_is_refused() -> None:
    header = "eyJhbGciOiJub25lIiwia2lkIjoiZmlyc3QiLCJ0eXAiOiJKV1QifQ"
    payload = sign(id_claims()).split(".")[1]
    assert "UnsupportedAlgorithmError" in await refusal(f"{header}.{payload}.")


async def test_a_signature_by_another_key_is_refused() -> None:
    assert "signature" in await refusal(sign(id_claims(), OTHER_KEY, kid="first"))


async def test_changed_claims_are_refused() -> None:
    header, _, signature = sign(id_claims()).split(".")
    payload = sign(id_claims(sub="somebody-else")).split(".")[1]
    assert "signature" in await refusal(f"{header}.{payload}.{signature}")


async def test_an_unknown_kid_is_refused() -> None:
    assert "no key with this kid" in await refusal(sign(id_claims(), OTHER_KEY))


async def test_a_missing_kid_is_refused() -> None:
    assert "names no key" in await refusal(sign(id_claims(), kid=None))


@pytest.mark.parametrize("typ", ["logout+jwt", "at+jwt"])
async def test_rfc8725_3_11_a_token_of_another_type_is_refused(typ: str) -> None:
    assert "another type" in await refusal(sign(id_claims(), typ=typ))


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "ü.ü.ü", "e30.e30.", "." * 50])
async def test_what_is_no_token_is_refused(token: str) -> None:
    assert await refusal(token)


@pytest.mark.parametrize("issuer", [f"{ISSUER}/", "https://elsewhere.example", None, 7])
def test_oidc_core_3_1_3_7_2_another_issuer_is_refused(issuer: object) -> None:
    assert claims_refusal(iss=issuer) == "iss is another issuer"


@pytest.mark.parametrize("audience", ["bo-tu-phap", [], [NATIONAL.client_id, "bo-tu-phap"], None, {}])
def test_oidc_core_3_1_3_7_3_an_audience_besides_us_is_refused(audience: object) -> None:
    assert claims_refusal(aud=audience) == "aud is not this portal alone"


def test_oidc_core_3_1_3_7_3_two_audiences_are_refused_even_with_our_azp() -> None:
    both = [NATIONAL.client_id, "bo-tu-phap"]
    assert claims_refusal(aud=both, azp=NATIONAL.client_id) == "aud is not this portal alone"


def test_oidc_core_3_1_3_7_3_a_list_of_us_alone_is_accepted() -> None:
    check_id_token(id_claims(aud=[NATIONAL.client_id], azp=NATIONAL.client_id), EXPECTED, NOW)


def test_oidc_core_3_1_3_7_5_another_azp_is_refused() -> None:
    assert claims_refusal(azp="bo-tu-phap") == "azp is another client"


def test_oidc_core_3_1_3_7_9_an_expired_token_is_refused() -> None:
    assert claims_refusal(exp=at(NOW - SKEW)) == "the token has expired"


def test_oidc_core_3_1_3_7_9_clock_skew_is_allowed_for() -> None:
    check_id_token(id_claims(exp=at(NOW - SKEW) + 1, iat=at(NOW + SKEW)), EXPECTED, NOW)


def test_oidc_core_3_1_3_7_10_a_token_from_the_future_is_refused() -> None:
    assert claims_refusal(iat=at(NOW + SKEW) + 1) == "iat lies in the future"


@pytest.mark.parametrize("name", ["exp", "iat"])
@pytest.mark.parametrize("value", [None, "1793606400", True, 1e300])
def test_oidc_core_2_times_are_required_numbers(name: str, value: object) -> None:
    assert claims_refusal(EXPECTED, **{name: value}) == "iat or exp is missing"


@pytest.mark.parametrize("nonce", ["of another request", None, ""])
def test_oidc_core_3_1_3_7_11_another_nonce_is_refused(nonce: object) -> None:
    assert claims_refusal(nonce=nonce) == "nonce is not the one sent"


@pytest.mark.parametrize("subject", [None, "", "x" * 256, "số", 7])
def test_oidc_core_2_a_malformed_subject_is_refused(subject: object) -> None:
    assert claims_refusal(sub=subject) == "sub is missing or malformed"


def test_oidc_core_3_1_3_8_a_foreign_at_hash_is_refused() -> None:
    assert claims_refusal(replace(EXPECTED, access_token="another")) == "at_hash belongs to another access token"


def test_oidc_core_3_1_3_8_at_hash_may_be_absent() -> None:
    check_id_token(id_claims(at_hash=None), EXPECTED, NOW)


@pytest.mark.parametrize("auth_time", [None, at(NOW - SKEW) - 61, "now"])
def test_oidc_core_3_1_3_7_13_an_old_sign_in_is_refused_when_max_age_was_sent(auth_time: object) -> None:
    asked = replace(EXPECTED, max_age=timedelta(seconds=60))
    assert claims_refusal(asked, auth_time=auth_time) == "auth_time is missing or too old"


def test_oidc_core_3_1_3_7_13_a_fresh_sign_in_satisfies_max_age() -> None:
    check_id_token(id_claims(), replace(EXPECTED, max_age=timedelta(0)), NOW)


def test_oidc_core_12_2_a_refreshed_token_may_leave_out_the_nonce() -> None:
    check_id_token(id_claims(nonce=None), replace(EXPECTED, subject="pairwise-subject"), NOW)


def test_oidc_core_12_2_a_refreshed_token_keeps_the_nonce_if_it_has_one() -> None:
    refreshing = replace(EXPECTED, subject="pairwise-subject")
    assert claims_refusal(refreshing, nonce="new") == "nonce is not the one sent"


def test_oidc_core_12_2_a_refreshed_token_is_about_the_same_person() -> None:
    assert claims_refusal(replace(EXPECTED, subject="before")) == "sub is another person"
