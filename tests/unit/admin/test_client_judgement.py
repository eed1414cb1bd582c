"""What answers of clients' servers mean: what was seen goes in, state and cause come out."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.profiles import PROFILES
from idp.admin.clients.health import CheckCause, CheckState
from idp.admin.clients.judgement import (
    KeyPurpose,
    judge_certificate,
    judge_failure,
    judge_key_set,
    judge_logout,
    judge_no_certificate,
)
from idp.outbound.http import EgressError, OutboundResponse, ShownCertificate
from records.structs import replace
from tests.support.builders.protocol import CLIENT_KEY, NOW, client_rsa_key, public_jwks

STANDARD = PROFILES["standard"]
STRICT = replace(STANDARD, refused_algorithms=frozenset({"RS256"}))
EC_KEY = public_jwks(CLIENT_KEY)["keys"][0]
RSA_KEY = public_jwks(client_rsa_key())["keys"][0]
WITHOUT_KID = {name: value for name, value in EC_KEY.items() if name != "kid"}
ENCRYPTION = {**RSA_KEY, "use": "enc", "kid": "for-encryption"}
FOR_ANYTHING = {name: value for name, value in EC_KEY.items() if name != "alg"}
DAY = timedelta(days=1)

Verdict = tuple[CheckState, CheckCause, str]
WORKS, WARNS, FAILS = CheckState


def answer(*keys: object, status: int = 200, cache: str = "") -> OutboundResponse:
    return OutboundResponse(status, json.dumps({"keys": keys}).encode(), "application/json", cache)


def bare(status: int, body: bytes = b"") -> OutboundResponse:
    return OutboundResponse(status, body, "text/html")


KEY_SETS: list[tuple[OutboundResponse, Verdict]] = [
    (answer(EC_KEY), (WORKS, CheckCause.NONE, "1")),
    (answer(EC_KEY, RSA_KEY), (WORKS, CheckCause.NONE, "2")),
    (answer(EC_KEY, ENCRYPTION), (WORKS, CheckCause.NONE, "1")),
    (answer(WITHOUT_KID), (WORKS, CheckCause.NONE, "1")),
    (answer(WITHOUT_KID, RSA_KEY), (WARNS, CheckCause.KID_MISSING, "")),
    (answer(EC_KEY, EC_KEY), (WARNS, CheckCause.KID_TWICE, "")),
    (answer(EC_KEY, cache="public, max-age=86401"), (WARNS, CheckCause.KEPT_LONG, "")),
    (answer(EC_KEY, cache="max-age=86400"), (WORKS, CheckCause.NONE, "1")),
    (answer(EC_KEY, cache="max-age=" + "9" * 400), (WARNS, CheckCause.KEPT_LONG, "")),
    (answer(EC_KEY, cache="s-max-age=99999999, no-store"), (WORKS, CheckCause.NONE, "1")),
    (answer(), (FAILS, CheckCause.NO_USABLE_KEY, "0")),
    (answer(ENCRYPTION), (FAILS, CheckCause.NO_USABLE_KEY, "1")),
    (answer({**EC_KEY, "crv": "P-384"}), (FAILS, CheckCause.NO_USABLE_KEY, "1")),
    (answer({}), (FAILS, CheckCause.NO_USABLE_KEY, "1")),
    (answer(EC_KEY, {**RSA_KEY, "d": "AQAB"}), (FAILS, CheckCause.PRIVATE_KEY, "")),
    (answer({"kty": "oct", "k": "AQAB"}), (FAILS, CheckCause.PRIVATE_KEY, "")),
    (answer("no object"), (FAILS, CheckCause.NO_KEY_SET, "")),
    (bare(200, b"<html>"), (FAILS, CheckCause.NO_KEY_SET, "")),
    (bare(200, b"[" * 50_000), (FAILS, CheckCause.NO_KEY_SET, "")),
    (bare(200, b'{"keys": {}}'), (FAILS, CheckCause.NO_KEY_SET, "")),
    (bare(200, b"\xff\xfe"), (FAILS, CheckCause.NO_KEY_SET, "")),
    (bare(302), (FAILS, CheckCause.REDIRECTED, "302")),
    (bare(403), (FAILS, CheckCause.CLOSED, "403")),
    (bare(404), (FAILS, CheckCause.MISSING, "404")),
    (bare(503), (FAILS, CheckCause.BROKEN, "503")),
    (bare(204), (FAILS, CheckCause.UNEXPECTED, "204")),
]


@pytest.mark.parametrize(("seen", "expected"), KEY_SETS)
def test_a_key_set(seen: OutboundResponse, expected: Verdict) -> None:
    found = judge_key_set(STANDARD, seen)
    assert (found.state, found.cause, found.detail) == expected


def test_a_profile_counts_no_key_for_an_algorithm_that_it_excludes() -> None:
    assert judge_key_set(STRICT, answer({**RSA_KEY, "alg": "RS256"})).cause is CheckCause.NO_USABLE_KEY
    assert judge_key_set(STRICT, answer({**RSA_KEY, "alg": "PS256"})).state is WORKS
    assert judge_key_set(STRICT, answer(RSA_KEY)).state is WORKS


@pytest.mark.parametrize(
    ("purposes", "keys", "state"),
    [
        ({"enc"}, (ENCRYPTION,), WORKS),
        ({"enc"}, ({**EC_KEY, "use": "sig"},), FAILS),
        ({"sig", "enc"}, ({**EC_KEY, "use": "sig"}, ENCRYPTION), WORKS),
        ({"sig", "enc"}, ({**EC_KEY, "use": "sig"},), FAILS),
        ({"sig", "enc"}, (ENCRYPTION,), FAILS),
        # A key that names neither a use nor an algorithm does for both.
        ({"sig", "enc"}, (FOR_ANYTHING,), WORKS),
        ({"sig"}, ({**EC_KEY, "alg": "ECDH-ES"},), FAILS),
    ],
)
def test_rfc7517_4_2_a_key_set_has_a_key_for_each_thing_that_it_is_needed_for(
    purposes: set[KeyPurpose], keys: tuple[object, ...], state: CheckState
) -> None:
    assert judge_key_set(STANDARD, answer(*keys), frozenset(purposes)).state is state


@given(st.binary(max_size=300))
def test_whatever_bytes_a_server_sends_are_judged(body: bytes) -> None:
    assert judge_key_set(STANDARD, OutboundResponse(200, body, "")).state in CheckState


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: st.dictionaries(
            st.sampled_from(["kty", "kid", "alg", "use", "crv", "x", "y", "n", "e"]),
            inner | st.lists(inner, max_size=2),
        ),
        # A key is flat, and the deepest that is read is a list of texts: hundreds of leaves would say nothing more.
        max_leaves=12,
    )
)
def test_whatever_stands_in_a_key_is_judged(key: object) -> None:
    assert judge_key_set(STANDARD, answer(key, EC_KEY)).state in CheckState


@pytest.mark.parametrize(
    ("status", "state", "cause"),
    [(400, WORKS, CheckCause.NONE), (415, WORKS, CheckCause.NONE), (422, WORKS, CheckCause.NONE),
     (200, WARNS, CheckCause.TAKES_ANYTHING), (204, WARNS, CheckCause.TAKES_ANYTHING), (500, WARNS, CheckCause.BROKEN),
     (301, FAILS, CheckCause.REDIRECTED), (401, FAILS, CheckCause.CLOSED), (403, FAILS, CheckCause.CLOSED),
     (404, FAILS, CheckCause.MISSING), (405, FAILS, CheckCause.POST_REFUSED), (409, FAILS, CheckCause.UNEXPECTED)],
)  # fmt: skip
def test_oidc_back_channel_logout_2_8_an_answer_to_a_notice_without_a_token(
    status: int, state: CheckState, cause: CheckCause
) -> None:
    found = judge_logout(bare(status))
    assert (found.state, found.cause) == (state, cause)


@pytest.mark.parametrize(
    ("left", "state", "cause", "detail"),
    [(90 * DAY, WORKS, CheckCause.NONE, ""), (30 * DAY, WARNS, CheckCause.ENDS_SOON, "30"),
     (timedelta(hours=5), WARNS, CheckCause.ENDS_SOON, "0")],
)  # fmt: skip
def test_days_that_a_certificate_has_left(left: timedelta, state: CheckState, cause: CheckCause, detail: str) -> None:
    found = judge_certificate(ShownCertificate("", NOW + left), NOW)
    assert (found.state, found.cause, found.detail, found.ends_at) == (state, cause, detail, NOW + left)


def test_a_certificate_that_nobody_trusts_fails_whatever_its_days() -> None:
    found = judge_certificate(ShownCertificate("wrong_name", NOW + 300 * DAY), NOW)
    assert (found.state, found.cause) == (FAILS, CheckCause.WRONG_NAME)


@pytest.mark.parametrize("reason", ["refused", "timeout", "connection", "certificate", "oversized", "something new"])
def test_no_answer_fails(reason: str) -> None:
    assert judge_failure(EgressError(reason)).state is FAILS
    assert judge_no_certificate(EgressError(reason)).state is FAILS


def test_a_server_without_tls_shows_no_certificate() -> None:
    assert judge_no_certificate(EgressError("certificate")).cause is CheckCause.NO_TLS
