"""code -> tokens: exact effects of a success, one refusal for each thing that is wrong, and what a replay ends."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.model import Client, ClientId
from idp.audit.model import EventName, RecordEvent
from idp.grants.model import AuthorizationCode, Grant, RefreshFamily, RevokeGrantOfCode, StartFamily, StartGrant
from idp.kernel.ids import PersonId
from idp.protocol.answers import NO_STORE, Decision
from idp.protocol.client_auth.authentication import Credentials
from idp.protocol.decider import ClientFacts
from idp.protocol.token.endpoint import TokenSnapshot, decide_token
from records.structs import replace
from tests.support.builders.protocol import (
    BANK,
    CHALLENGE,
    CLIENT,
    CODE,
    GRANT,
    NOW,
    ORIGIN,
    PERSON,
    PROVIDER,
    REDIRECT,
    SESSION,
    VERIFIER,
    claims_of,
    code_request,
    form,
)

WITHOUT_REFRESH = replace(CLIENT, grant_types=("authorization_code",))


def decide(snapshot: TokenSnapshot) -> Decision:
    return decide_token(PROVIDER, snapshot)


def body_of(decision: Decision) -> dict[str, object]:
    assert decision.answer.status == 200, decision.answer
    return dict(decision.answer.body or {})


def grant_of(decision: Decision) -> Grant:
    (start,) = (effect for effect in decision.effects if isinstance(effect, StartGrant))
    return start.grant


def assert_refused(decision: Decision, code: str = "invalid_grant") -> None:
    """A refusal of a code writes nothing, punishes nothing, and is noted."""
    assert (decision.answer.status, decision.answer.error) == (400, code)
    assert decision.answer.headers == NO_STORE
    assert (decision.effects, decision.first, decision.when_late) == ((), None, None)
    (note,) = decision.enqueued
    assert isinstance(note, RecordEvent)
    assert (note.name, note.reason, note.client_id) == (EventName.TOKEN_REFUSED, code, "portal")


def test_rfc6749_5_1_a_good_code_gets_tokens_in_a_standard_body() -> None:
    body = body_of(decide(code_request()))
    assert set(body) == {"access_token", "token_type", "expires_in", "scope", "id_token", "refresh_token"}
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 300, "openid profile")


def test_a_redemption_claims_the_code_starts_the_family_and_records_the_event() -> None:
    decision = decide(code_request())
    start, family, event = decision.effects
    grant = grant_of(decision)
    head = PROVIDER.token_hash.digest(str(body_of(decision)["refresh_token"]))
    expires_at = NOW + timedelta(hours=12)
    assert start == StartGrant(
        grant=replace(GRANT, id=grant.id, created_at=NOW, expires_at=expires_at), issued_at=NOW - timedelta(seconds=10)
    )
    assert family == StartFamily(family=RefreshFamily(grant.id, PersonId(PERSON), head, None, None, 0, NOW))
    assert isinstance(event, RecordEvent)
    assert event == RecordEvent(
        id=event.id,
        name=EventName.CODE_REDEEMED,
        at=NOW,
        origin=ORIGIN,
        person_id=PersonId(PERSON),
        client_id=ClientId("portal"),
        session_id=SESSION.id,
        details={"grant": grant.id},
    )
    assert (decision.first, decision.enqueued) == (None, ())


def test_the_claim_stands_first_among_the_effects() -> None:
    assert [effect.claim for effect in decide(code_request()).effects] == [True, False, False]


def test_cr_1_a_code_that_was_used_before_ends_everything_that_came_of_it() -> None:
    decision = decide(code_request())
    late = decision.when_late
    assert late is not None
    assert (late.answer.status, late.answer.error, late.when_late) == (400, "invalid_grant", None)
    end, event = late.effects
    assert end == RevokeGrantOfCode(
        code_hash=GRANT.code_hash, person_id=PersonId(PERSON), at=NOW, reason="code_replayed"
    )
    assert isinstance(event, RecordEvent)
    assert (event.name, event.reason, event.person_id) == (EventName.CODE_REPLAYED, "code_replayed", PERSON)


def test_rfc6749_6_no_refresh_token_for_a_client_that_did_not_register_the_grant() -> None:
    decision = decide(code_request(client=WITHOUT_REFRESH))
    assert "refresh_token" not in body_of(decision)
    assert [type(effect) for effect in decision.effects] == [StartGrant, RecordEvent]


def test_oidc_core_11_an_offline_grant_outlives_the_session() -> None:
    offline = replace(CODE, scope=("openid", "offline_access"))
    grant = grant_of(decide(code_request(code=offline)))
    assert (grant.offline, grant.expires_at) == (True, NOW + timedelta(days=30))
    assert grant_of(decide(code_request())).expires_at == NOW + timedelta(hours=12)


def test_oidc_core_3_1_2_1_without_openid_there_is_no_id_token() -> None:
    body = body_of(decide(code_request(code=replace(CODE, scope=("profile",)))))
    assert "id_token" not in body
    assert "access_token" in body


@pytest.mark.parametrize("asked", [False, True])
def test_oidc_core_2_the_tokens_of_a_code_tell_auth_time_where_an_age_was_asked_for(*, asked: bool) -> None:
    body = body_of(decide(code_request(code=replace(CODE, auth_time_asked=asked))))
    assert [("auth_time" in claims_of(body[name])) for name in ("id_token", "access_token")] == [asked, asked]


def test_oidc_core_3_1_3_6_the_nonce_of_the_request_is_in_the_id_token() -> None:
    assert claims_of(body_of(decide(code_request()))["id_token"])["nonce"] == "n-1"
    without = body_of(decide(code_request(code=replace(CODE, nonce=None))))
    assert "nonce" not in claims_of(without["id_token"])


@pytest.mark.parametrize(
    "snapshot",
    [
        code_request(redirect_uri="https://portal.example/cb2"),
        code_request(redirect_uri="https://portal.example/cb/"),
        code_request(redirect_uri=""),
        code_request(code_verifier=""),
        code_request(code_verifier=VERIFIER + "x"),
        code_request(code_verifier=VERIFIER.upper()),
        code_request(code_verifier=CHALLENGE),
        code_request(code_verifier="short"),
        code_request(code_verifier="é" * 50),
        code_request(code_verifier="v" * 129),
        code_request(code=None),
        code_request(code=replace(CODE, client_id=ClientId("bank"))),
        code_request(code=replace(CODE, code_challenge=None)),
        code_request(code=replace(CODE, code_challenge="A" * 43)),
    ],
    ids=[
        "another redirect_uri",
        "redirect_uri with a slash more",
        "no redirect_uri",
        "no verifier",
        "longer verifier",
        "verifier in capitals",
        "challenge as verifier (plain)",
        "short verifier",
        "verifier not ASCII",
        "long verifier",
        "unknown code",
        "code of another client",
        "verifier without challenge (RFC 9700 4.8.2)",
        "verifier of another transaction",
    ],
)
def test_rfc6749_4_1_3_one_wrong_thing_is_enough_to_refuse_a_code(snapshot: TokenSnapshot) -> None:
    assert_refused(decide(snapshot))


def test_rfc7636_4_6_certification_clients_may_redeem_without_pkce_altogether() -> None:
    plain = replace(CODE, code_challenge=None)
    assert decide(code_request(code=plain, code_verifier="")).answer.status == 200


def test_rfc6749_4_1_3_an_address_that_was_not_named_need_not_be_repeated_but_must_be_right() -> None:
    unnamed = replace(CODE, redirect_uri_given=False)
    assert decide(code_request(code=unnamed, redirect_uri="")).answer.status == 200
    assert decide(code_request(code=unnamed, redirect_uri=REDIRECT)).answer.status == 200
    assert_refused(decide(code_request(code=unnamed, redirect_uri="https://portal.example/other")))


@pytest.mark.parametrize(("left", "status"), [(timedelta(microseconds=1), 200), (timedelta(0), 400)])
def test_i24_a_code_is_dead_at_exactly_its_end(left: timedelta, status: int) -> None:
    decision = decide(code_request(code=replace(CODE, expires_at=NOW + left)))
    assert decision.answer.status == status


def test_rfc9700_4_14_a_replay_after_the_end_of_the_code_still_ends_what_came_of_it() -> None:
    decision = decide(code_request(code=replace(CODE, expires_at=NOW)))
    assert decision.answer.error == "invalid_grant"
    assert decision.effects == (
        RevokeGrantOfCode(code_hash=GRANT.code_hash, person_id=PersonId(PERSON), at=NOW, reason="code_replayed"),
    )
    assert decision.when_late is None


@pytest.mark.parametrize("changed", [{"code_verifier": "w" * 50}, {"redirect_uri": "https://portal.example/other"}])
def test_cr_3_a_late_replay_that_is_not_valid_otherwise_ends_nothing(changed: dict[str, str]) -> None:
    old: AuthorizationCode = replace(CODE, expires_at=NOW)
    assert_refused(decide(code_request(changed, code=old)))


@pytest.mark.parametrize("fields", [{}, {"code": ""}], ids=["absent", "empty"])
def test_rfc6749_5_2_a_request_without_a_code_is_malformed(fields: dict[str, str]) -> None:
    snapshot = replace(code_request(), form=form(grant_type="authorization_code", **fields))
    assert_refused(decide(snapshot), "invalid_request")


@pytest.mark.parametrize("client", [replace(CLIENT, grant_types=("refresh_token",)), BANK])
def test_rfc6749_5_2_only_a_client_with_the_grant_and_only_its_own_code(client: Client) -> None:
    decision = decide(code_request(client=client))
    assert decision.answer.error == ("invalid_grant" if client is BANK else "unauthorized_client")
    assert (decision.effects, decision.when_late) == ((), None)


def test_cr_3_a_replay_without_valid_client_authentication_ends_nothing() -> None:
    wrong = ClientFacts(Credentials("client_secret_basic", ClientId("portal"), "wrong"), CLIENT)
    decision = decide(replace(code_request(), facts=wrong))
    assert (decision.answer.status, decision.answer.error) == (401, "invalid_client")
    assert (decision.effects, decision.when_late) == ((), None)


def test_a_public_client_redeems_by_its_verifier_alone() -> None:
    public = replace(CLIENT, token_endpoint_auth_method="none", secrets=())
    assert decide(code_request(client=public)).answer.status == 200
    assert_refused(decide(code_request(client=public, code_verifier="")))


@given(st.text(st.sampled_from("abcXYZ019-._~"), min_size=43, max_size=128))
def test_rfc7636_4_6_a_code_is_redeemed_with_the_verifier_of_its_challenge_and_no_other(verifier: str) -> None:
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    announced = replace(CODE, code_challenge=digest)
    assert decide(code_request(code=announced, code_verifier=verifier)).answer.status == 200
    assert_refused(decide(code_request(code=announced)))


def test_session_state_of_a_token_response_is_the_sid_of_the_id_token_where_it_is_registered() -> None:
    """Back-Channel Logout 2.4: a logout token names the same, so that a broker finds what it ends."""
    broker = replace(CLIENT, session_state_in_token_response=True)
    body = body_of(decide(code_request(client=broker)))
    assert body["session_state"] == claims_of(str(body["id_token"]))["sid"]
    assert body["session_state"] == PROVIDER.subjects.session(SESSION.id, broker)
    assert "session_state" not in body_of(decide(code_request()))
