"""There and back: the request, and whose answer comes to the callback."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from idp.upstream.authorization import SignInAttempt, authorization_address, challenge_of, new_attempt
from idp.upstream.callback import check_attempt, judge_answer
from idp.upstream.claims import map_claims
from idp.upstream.errors import UpstreamRefusedError, Why
from idp.upstream.id_token import judge_id_token
from idp.upstream.model import Trust, UpstreamMetadata
from records.structs import replace
from tests.unit.upstream.builders import ATTEMPT, FRESH, ISSUER, KEY, METADATA, NOW, PROVIDER, claims, public, signed

CALLBACK = "https://dangnhap.example/upstream/callback/vneid"
ANSWER = {"code": "a-code", "state": "a-state", "iss": ISSUER}


def asked(attempt: SignInAttempt, metadata: UpstreamMetadata = METADATA) -> dict[str, list[str]]:
    address = authorization_address(PROVIDER, metadata, attempt, state="a-state", callback=CALLBACK, locale="vi")
    return parse_qs(urlsplit(address).query)


def refused(metadata: UpstreamMetadata = METADATA, *, repeated: bool = False, **changed: str | None) -> Why:
    answer = {name: value for name, value in {**ANSWER, **changed}.items() if value is not None}
    with pytest.raises(UpstreamRefusedError) as error:
        judge_answer(PROVIDER, metadata, answer, repeated=repeated)
    return error.value.why


def test_oidc_core_3_1_2_1_the_request_carries_state_nonce_and_an_s256_challenge() -> None:
    query = asked(ATTEMPT)
    assert query["nonce"] == [ATTEMPT.nonce]
    assert query["code_challenge"] == [challenge_of(ATTEMPT.verifier)]
    assert query["code_challenge_method"] == ["S256"]
    assert (query["state"], query["redirect_uri"], query["scope"]) == (["a-state"], [CALLBACK], ["openid profile"])
    assert (query["max_age"], "prompt" in query) == (["3600"], False)


def test_rfc7636_4_2_the_challenge_is_the_one_of_the_standards_example() -> None:
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_fresh_sign_in_is_asked_for_twice_over() -> None:
    query = asked(FRESH)
    assert (query["prompt"], query["max_age"]) == (["login"], ["0"])


def test_no_two_attempts_share_anything() -> None:
    one, other = (new_attempt(PROVIDER, NOW, fresh=False) for _ in range(2))
    assert {one.nonce, one.verifier}.isdisjoint({other.nonce, other.verifier})
    assert one.nonce not in repr(one)


def test_an_address_with_a_query_of_its_own_keeps_it() -> None:
    query = asked(ATTEMPT, replace(METADATA, authorization_endpoint=f"{ISSUER}/auth?kind=citizen"))
    assert (query["kind"], query["response_type"]) == (["citizen"], ["code"])


def test_the_right_answer_brings_its_code() -> None:
    assert judge_answer(PROVIDER, METADATA, ANSWER, repeated=False) == "a-code"


def test_rfc9207_2_4_an_answer_of_another_issuer_or_of_none_is_refused() -> None:
    assert refused(iss="https://evil.example") is Why.FAILED
    assert refused(iss=None) is Why.FAILED
    # Even where iss is not promised: what is there must be right.
    assert refused(replace(METADATA, answers_with_iss=False), iss="https://evil.example") is Why.FAILED


def test_an_error_is_told_apart_and_its_issuer_is_checked_first() -> None:
    assert refused(code=None, error="access_denied") is Why.CANCELLED
    assert refused(code=None, error="temporarily_unavailable") is Why.UNREACHABLE
    assert refused(code=None, error="whatever it invents") is Why.FAILED
    assert refused(code=None, error="access_denied", iss="https://evil.example") is Why.FAILED


@pytest.mark.parametrize("code", [None, "", "x" * 2049, "a\0b", "mã"])
def test_a_code_that_is_none_is_refused(code: str | None) -> None:
    assert refused(code=code) is Why.FAILED


def test_a_parameter_that_came_twice_is_refused() -> None:
    assert refused(repeated=True) is Why.FAILED


def test_rfc9700_4_7_1_a_state_without_an_attempt_of_this_browser_is_expired() -> None:
    with pytest.raises(UpstreamRefusedError) as error:
        check_attempt(PROVIDER, None, NOW)
    assert error.value.why is Why.EXPIRED


def test_rfc9700_4_4_2_2_the_answer_to_one_provider_at_the_callback_of_another_is_a_mix_up() -> None:
    with pytest.raises(UpstreamRefusedError) as error:
        check_attempt(replace(PROVIDER, id="other"), ATTEMPT, NOW)
    assert error.value.why is Why.FAILED


@pytest.mark.parametrize("shift", [timedelta(minutes=16), -timedelta(minutes=16)])
def test_an_attempt_of_another_hour_is_expired(shift: timedelta) -> None:
    with pytest.raises(UpstreamRefusedError) as error:
        check_attempt(PROVIDER, ATTEMPT, NOW + shift)
    assert error.value.why is Why.EXPIRED


def mapped(changed: dict[str, object]) -> object:
    token = judge_id_token(PROVIDER, ATTEMPT, signed(claims(**changed)), public(KEY), NOW)
    return map_claims(PROVIDER, token)


def test_claims_are_read_where_the_mapping_says() -> None:
    token = judge_id_token(PROVIDER, ATTEMPT, signed(claims()), public(KEY), NOW)
    result = map_claims(PROVIDER, token)
    assert result.identity is not None
    assert (result.identity.number, result.identity.name) == ("001899000001", "NGUYỄN VĂN BÌNH")
    assert (result.identity.birth_date, set(result.factors), result.sid) == ("1990-05-17", {"pwd"}, "a-session")
    assert "001899000001" not in repr(result)


@pytest.mark.parametrize("acr", ["0", "2", 1, None, ["1"]])
def test_a_level_that_is_not_in_the_mapping_is_too_low(acr: object) -> None:
    with pytest.raises(UpstreamRefusedError) as error:
        mapped({"acr": acr})
    assert error.value.why is Why.LEVEL_TOO_LOW


def test_a_provider_that_proves_nobody_brings_no_identity() -> None:
    token = judge_id_token(PROVIDER, ATTEMPT, signed(claims()), public(KEY), NOW)
    assert map_claims(replace(PROVIDER, trust=Trust.LOGIN_ONLY), token).identity is None


@pytest.mark.parametrize("name", ["preferred_username", "name"])
def test_a_provider_of_proved_identities_that_names_none_is_refused(name: str) -> None:
    with pytest.raises(UpstreamRefusedError) as error:
        mapped({name: None})
    assert error.value.why is Why.FAILED
