"""The decision of the authorization endpoint: ask, refuse with the right code, or issue a code."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.model import ClientId
from idp.account.model import ProofState
from idp.audit.model import EventName, RecordEvent
from idp.grants.model import AuthorizationCode
from idp.kernel.ids import PersonId
from idp.protocol.authorize.endpoint import (
    AskPerson,
    SendCode,
    decide_authorization,
)
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.authorize.interaction import Situation, Step
from idp.protocol.authorize.response import error_response, response_to
from idp.protocol.errors import ACCESS_DENIED
from idp.protocol.tokens.issued import issue_id_token
from records.structs import replace
from tests.support.builders.protocol import (
    ACCOUNT,
    BANK,
    CHALLENGE,
    CLIENT,
    GRANT,
    ISSUER,
    NOW,
    ORIGIN,
    PERSON,
    PROVIDER,
    REDIRECT,
    SESSION,
    VIEW,
    situation,
)

HINT = issue_id_token(PROVIDER, CLIENT, GRANT, NOW, access_token="a", nonce=None)
STRICT = replace(CLIENT, minimum_acr="loa3")
UNPROVED = replace(VIEW, session=replace(SESSION, acr="loa1"), account=replace(ACCOUNT, proof=ProofState.NOT_PROVED))
FRESH = replace(VIEW, session=replace(SESSION, auth_time=NOW))
SOMEBODY_ELSE = replace(FRESH, session=replace(FRESH.session, person_id=PersonId("person-2")))


def sent(case: Situation) -> SendCode:
    decided = decide_authorization(case, ORIGIN)
    assert isinstance(decided, SendCode), decided
    return decided


def asked(case: Situation) -> Step:
    decided = decide_authorization(case, ORIGIN)
    assert isinstance(decided, AskPerson), decided
    assert decided.request is case.request
    return decided.step


def refused(case: Situation) -> str:
    with pytest.raises(RedirectError) as caught:
        decide_authorization(case, ORIGIN)
    assert caught.value.request is case.request
    return caught.value.code


def query_of(location: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(location).query, strict_parsing=True, keep_blank_values=True))


def test_rfc6749_4_1_2_the_browser_is_sent_back_with_code_state_and_issuer() -> None:
    decided = sent(situation())
    assert decided.response.in_query().startswith(f"{REDIRECT}?code=")
    answer = query_of(decided.response.in_query())
    assert answer == {"code": answer["code"], "state": "state-1", "iss": ISSUER}
    # 256 bits in 43 letters: certification asks for 128.
    assert len(answer["code"]) == 43
    assert PROVIDER.token_hash.digest(answer["code"]) == decided.code_hash


def test_the_code_stands_for_the_request_and_the_session() -> None:
    assert sent(situation()).code == AuthorizationCode(
        client_id=ClientId("portal"),
        redirect_uri=REDIRECT,
        redirect_uri_given=True,
        scope=("openid", "profile"),
        nonce="n-1",
        code_challenge=CHALLENGE,
        session_id=SESSION.id,
        person_id=PersonId(PERSON),
        account_id=ACCOUNT.id,
        auth_time=SESSION.auth_time,
        acr="loa2",
        amr=("pwd",),
        issued_at=NOW,
        expires_at=NOW + timedelta(seconds=60),
    )


def test_the_code_itself_is_nowhere_in_what_is_stored_or_noted() -> None:
    decided = sent(situation())
    code = query_of(decided.response.in_query())["code"]
    assert code not in repr((decided.code, decided.event, decided.code_hash))


def test_the_event_names_who_where_and_whose_session() -> None:
    event = sent(situation()).event
    assert event is not None
    assert event == RecordEvent(
        id=event.id,
        name=EventName.CODE_ISSUED,
        at=NOW,
        origin=ORIGIN,
        person_id=PersonId(PERSON),
        client_id=ClientId("portal"),
        session_id=SESSION.id,
    )


def test_two_requests_get_two_codes() -> None:
    assert sent(situation()).code_hash != sent(situation()).code_hash


@pytest.mark.parametrize(
    ("case", "step"),
    [
        (situation(view=None), Step.SIGN_IN),
        (situation(prompt="login"), Step.SIGN_IN),
        (situation(max_age="0"), Step.SIGN_IN),
        (situation(acr_values="loa3"), Step.STEP_UP),
        (situation(STRICT), Step.STEP_UP),
        (situation(BANK), Step.CONSENT),
    ],
)
def test_what_the_person_must_do_is_asked_on_a_page(case: Situation, step: Step) -> None:
    assert asked(case) is step


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (situation(view=None, prompt="none"), "login_required"),
        (situation(prompt="none", max_age="1"), "login_required"),
        (situation(view=replace(VIEW, session=replace(SESSION, person_id=PersonId("person-2"))), prompt="none",
                   id_token_hint=HINT), "login_required"),
        (situation(STRICT, prompt="none"), "interaction_required"),
        (situation(BANK, prompt="none"), "consent_required"),
    ],
    ids=["no session", "too old", "another person", "level", "consent"],
)  # fmt: skip
def test_oidc_core_3_1_2_6_with_prompt_none_the_client_gets_the_error_instead_of_a_page(
    case: Situation, code: str
) -> None:
    assert refused(case) == code


def test_oidc_core_3_1_2_1_prompt_none_with_a_good_session_succeeds_silently() -> None:
    decided = sent(situation(prompt="none", id_token_hint=HINT))
    assert decided.code.auth_time == SESSION.auth_time


@pytest.mark.parametrize("prompt", ["", "none"])
def test_a_level_that_no_factor_can_reach_is_refused_at_once(prompt: str) -> None:
    assert refused(situation(STRICT, view=UNPROVED, prompt=prompt)) == "unmet_authentication_requirements"
    without_factors = replace(VIEW, enrolled=frozenset())
    assert refused(situation(STRICT, view=without_factors, prompt=prompt)) == "unmet_authentication_requirements"


def test_a_level_out_of_reach_is_judged_after_the_sign_in_that_comes_anyway() -> None:
    assert asked(situation(STRICT, view=UNPROVED, prompt="login")) is Step.SIGN_IN
    after = replace(UNPROVED, session=replace(UNPROVED.session, auth_time=NOW))
    assert refused(situation(STRICT, view=after, prompt="login")) == "unmet_authentication_requirements"


def test_oidc_core_3_1_2_1_another_person_than_hinted_is_asked_to_sign_in_once() -> None:
    stale = replace(SOMEBODY_ELSE, session=replace(SOMEBODY_ELSE.session, auth_time=SESSION.auth_time))
    assert asked(situation(view=stale, id_token_hint=HINT)) is Step.SIGN_IN
    assert refused(situation(view=SOMEBODY_ELSE, id_token_hint=HINT)) == "login_required"
    assert sent(situation(view=FRESH, id_token_hint=HINT)).code.person_id == PERSON


def test_se_5_the_code_carries_the_new_time_of_a_new_sign_in() -> None:
    assert sent(situation(view=FRESH, prompt="login")).code.auth_time == NOW


@pytest.mark.parametrize(("asked", "reported"), [({}, False), ({"max_age": "9000"}, True)])
def test_oidc_core_3_1_2_1_the_code_remembers_that_an_age_was_asked_for(
    asked: dict[str, str], *, reported: bool
) -> None:
    assert sent(situation(changed=asked)).code.auth_time_asked is reported


def test_rfc6749_4_1_2_1_an_error_goes_back_with_state_and_issuer_only() -> None:
    error = RedirectError(situation().request, ACCESS_DENIED)
    assert query_of(error_response(PROVIDER, error, NOW).in_query()) == {
        "error": "access_denied",
        "error_description": "The person declined.",
        "state": "state-1",
        "iss": ISSUER,
    }


OLD_LIBRARY = replace(CLIENT, error_iss_omitted_until=NOW.date())


def test_rfc9207_2_errors_go_without_issuer_to_a_client_that_is_registered_so_until_its_last_day_is_over() -> None:
    error = RedirectError(situation(OLD_LIBRARY).request, ACCESS_DENIED)
    assert query_of(error_response(PROVIDER, error, NOW).in_query()) == {
        "error": "access_denied",
        "error_description": "The person declined.",
        "state": "state-1",
    }
    assert "iss" in query_of(error_response(PROVIDER, error, NOW + timedelta(days=1)).in_query())


def test_rfc9207_2_a_code_always_goes_with_the_issuer_and_a_signed_error_too() -> None:
    assert query_of(sent(situation(OLD_LIBRARY)).response.in_query())["iss"] == ISSUER
    error = RedirectError(situation(OLD_LIBRARY, response_mode="jwt").request, ACCESS_DENIED)
    signed = PROVIDER.verifier.verify_hint(error_response(PROVIDER, error, NOW).parameters["response"])
    assert signed is not None
    assert signed.claims["iss"] == ISSUER


def test_without_a_state_none_is_returned() -> None:
    assert "state" not in query_of(sent(situation(state="")).response.in_query())


def test_rfc6749_3_1_2_the_registered_query_is_kept_and_appended_to() -> None:
    client = replace(CLIENT, redirect_uris=(f"{REDIRECT}?a=1&b=%2F",))
    location = sent(situation(client)).response.in_query()
    assert location.startswith(f"{REDIRECT}?a=1&b=%2F&code=")


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1, max_size=128))
def test_rfc9207_2_state_comes_back_byte_for_byte_beside_iss(state: str) -> None:
    request = replace(situation().request, state=state)
    location = response_to(PROVIDER, request, {"code": "c"}, NOW).in_query()
    assert query_of(location) == {"code": "c", "state": state, "iss": ISSUER}
    assert location.isascii()
    assert not set(location) & set(' "<>\r\n\t')
