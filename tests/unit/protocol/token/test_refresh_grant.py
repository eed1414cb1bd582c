"""refresh -> tokens: the head rotates, its predecessor may ask once more, anything older ends the family."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.model import ClientId
from idp.audit.model import EventName, RecordEvent
from idp.grants.model import GrantState, RetryRotation, RevokeGrant, RotateFamily
from idp.kernel.ids import PersonId
from idp.protocol.answers import Decision
from idp.protocol.client_auth.authentication import Credentials
from idp.protocol.decider import ClientFacts
from idp.protocol.sender.shown import SenderFacts
from idp.protocol.token.endpoint import TokenSnapshot, decide_token
from records.structs import replace
from tests.support.builders.protocol import (
    BANK,
    CLIENT,
    FAMILY,
    GRANT,
    HEAD,
    NOW,
    OLDER,
    ORIGIN,
    PERSON,
    PREVIOUS,
    PROVIDER,
    SESSION,
    STATE,
    claims_of,
    form,
    refresh_request,
)

GRACE = PROVIDER.policy.refresh_grace
FIRST_ONLY = replace(STATE, family=replace(FAMILY, previous_hash=None, successor_sealed=None))


def decide(snapshot: TokenSnapshot) -> Decision:
    return decide_token(PROVIDER, snapshot)


def body_of(decision: Decision) -> dict[str, object]:
    assert decision.answer.status == 200, decision.answer
    return dict(decision.answer.body or {})


def rotated(ago: timedelta) -> GrantState:
    return replace(STATE, family=replace(FAMILY, rotated_at=NOW - ago))


def assert_refused_without_effects(decision: Decision, code: str = "invalid_grant") -> None:
    assert (decision.answer.status, decision.answer.error) == (400, code)
    assert (decision.effects, decision.when_late, decision.first) == ((), None, None)


def assert_family_ended(decision: Decision) -> None:
    assert (decision.answer.status, decision.answer.error) == (400, "invalid_grant")
    end, event = decision.effects
    assert end == RevokeGrant(grant_id=GRANT.id, person_id=PersonId(PERSON), at=NOW, reason="refresh_token_reused")
    assert isinstance(event, RecordEvent)
    assert (event.name, event.reason) == (EventName.REFRESH_REUSED, "refresh_token_reused")
    assert (event.person_id, event.client_id, event.session_id) == (PERSON, "portal", SESSION.id)


def test_rfc9700_4_14_2_the_head_is_replaced_by_exactly_one_successor() -> None:
    decision = decide(refresh_request())
    rotation, event = decision.effects
    successor = PROVIDER.refresh_tokens.parse(str(body_of(decision)["refresh_token"]))
    assert successor is not None
    assert (successor.grant_id, successor.generation) == (GRANT.id, 3)
    assert isinstance(rotation, RotateFamily)
    assert rotation == RotateFamily(
        grant_id=GRANT.id,
        person_id=PersonId(PERSON),
        presented_hash=PROVIDER.token_hash.digest(HEAD.text),
        head_hash=PROVIDER.token_hash.digest(successor.text),
        successor_sealed=rotation.successor_sealed,
        rotated_at=NOW,
    )
    assert PROVIDER.sealer.open(rotation.successor_sealed, f"refresh:{GRANT.id}").decode() == successor.text
    assert isinstance(event, RecordEvent)
    assert (event.name, event.origin, event.details) == (EventName.REFRESH_ROTATED, ORIGIN, {"grant": GRANT.id})


def test_a_rotation_that_comes_too_late_is_decided_anew() -> None:
    decision = decide(refresh_request())
    assert (decision.effects[0].claim, decision.when_late) == (True, None)


def test_i4_a_retry_of_the_predecessor_gets_the_same_successor() -> None:
    decision = decide(refresh_request(PREVIOUS.text))
    retry, event = decision.effects
    assert body_of(decision)["refresh_token"] == HEAD.text
    assert retry == RetryRotation(
        grant_id=GRANT.id, person_id=PersonId(PERSON), previous_hash=PROVIDER.token_hash.digest(PREVIOUS.text)
    )
    assert isinstance(event, RecordEvent)
    assert event.name is EventName.REFRESH_RETRIED


@pytest.mark.parametrize(
    ("ago", "graceful"), [(timedelta(0), True), (GRACE - timedelta(microseconds=1), True), (GRACE, False)]
)
def test_fapi2_5_3_2_1_the_predecessor_lives_thirty_seconds(ago: timedelta, *, graceful: bool) -> None:
    assert timedelta(seconds=30) == GRACE
    decision = decide(refresh_request(PREVIOUS.text, state=rotated(ago)))
    if graceful:
        assert body_of(decision)["refresh_token"] == HEAD.text
    else:
        assert_family_ended(decision)


def test_rfc9700_4_14_2_reused_refresh_token_ends_the_family() -> None:
    assert_family_ended(decide(refresh_request(OLDER.text)))


def test_cr_5_a_reuse_within_the_second_of_two_rotations_ends_the_family() -> None:
    assert_family_ended(decide(refresh_request(OLDER.text, state=rotated(timedelta(0)))))


def test_a_genuine_token_of_a_family_that_never_rotated_but_is_not_its_head_ends_it() -> None:
    assert decide(refresh_request(HEAD.text, state=FIRST_ONLY)).answer.status == 200
    assert_family_ended(decide(refresh_request(PREVIOUS.text, state=FIRST_ONLY)))


def test_the_answer_does_not_tell_reuse_from_guessing() -> None:
    refusal = decide(refresh_request(OLDER.text)).answer
    assert refusal.body == decide(refresh_request("made up")).answer.body


@pytest.mark.parametrize(
    "text",
    ["made-up", f"{GRANT.id}.1.{'A' * 43}.{'A' * 22}", HEAD.text + "x", HEAD.text.upper()],
    ids=["a word", "made up", "longer", "in capitals"],
)
def test_a_made_up_token_has_no_effect(text: str) -> None:
    assert_refused_without_effects(decide(refresh_request(text)))


@pytest.mark.parametrize("text", [HEAD.text, PREVIOUS.text, OLDER.text], ids=["newest", "previous", "older"])
def test_another_clients_use_of_a_token_has_no_effect(text: str) -> None:
    assert_refused_without_effects(decide(refresh_request(text, client=BANK)))


@pytest.mark.parametrize(
    "state", [None, replace(STATE, alive=False), replace(STATE, family=None)], ids=["gone", "dead", "no family"]
)
@pytest.mark.parametrize("text", [HEAD.text, PREVIOUS.text, OLDER.text], ids=["newest", "previous", "older"])
def test_i7_a_dead_grant_stays_dead_and_nothing_is_written(text: str, state: GrantState | None) -> None:
    assert_refused_without_effects(decide(refresh_request(text, state=state)))


def test_cr_3_without_client_authentication_even_an_old_token_ends_nothing() -> None:
    wrong = ClientFacts(Credentials("client_secret_basic", ClientId("portal"), "wrong"), CLIENT)
    decision = decide(replace(refresh_request(OLDER.text), facts=wrong))
    assert (decision.answer.status, decision.effects) == (401, ())


def test_i6_a_narrower_scope_is_granted_for_this_access_token_only() -> None:
    decision = decide(refresh_request(scope="profile"))
    body = body_of(decision)
    assert (body["scope"], claims_of(body["access_token"])["scope"]) == ("profile", "profile")
    assert "id_token" not in body
    # The grant itself keeps its scope: nothing but head and time changes with a rotation.
    assert body_of(decide(refresh_request()))["scope"] == "openid profile"


@pytest.mark.parametrize("scope", ["openid profile email", "email", "unknown", "openid offline_access", "OPENID"])
@pytest.mark.parametrize("text", [HEAD.text, PREVIOUS.text], ids=["newest", "previous"])
def test_i6_a_wider_scope_is_refused_and_does_not_spend_the_token(text: str, scope: str) -> None:
    assert_refused_without_effects(decide(refresh_request(text, scope=scope)), "invalid_scope")


def test_oidc_core_12_2_a_refreshed_id_token_keeps_auth_time_and_has_no_nonce() -> None:
    client = replace(CLIENT, require_auth_time=True)
    claims = claims_of(body_of(decide(refresh_request(client=client)))["id_token"])
    assert claims["auth_time"] == int(SESSION.auth_time.timestamp())
    assert (claims["iat"], claims["acr"], claims["amr"]) == (int(NOW.timestamp()), "loa2", ["pwd"])
    assert (claims["sub"], claims["aud"]) == (PROVIDER.subjects.subject(PersonId(PERSON), CLIENT), "portal")
    assert "nonce" not in claims


def test_rfc6749_6_a_client_that_did_not_register_the_grant_is_refused() -> None:
    without = replace(CLIENT, grant_types=("authorization_code",))
    assert_refused_without_effects(decide(refresh_request(client=without)), "unauthorized_client")


@pytest.mark.parametrize("fields", [{}, {"refresh_token": ""}], ids=["absent", "empty"])
def test_rfc6749_5_2_a_request_without_a_token_is_malformed(fields: dict[str, str]) -> None:
    snapshot = replace(refresh_request(), form=form(grant_type="refresh_token", **fields))
    assert_refused_without_effects(decide(snapshot), "invalid_request")


def test_a_refusal_is_noted_with_its_code() -> None:
    (note,) = decide(refresh_request("made-up")).enqueued
    assert isinstance(note, RecordEvent)
    assert (note.name, note.reason, note.person_id) == (EventName.TOKEN_REFUSED, "invalid_grant", None)


@given(st.sets(st.sampled_from(["openid", "profile", "email", "phone", "x"]), min_size=1))
def test_i6_scope_never_grows_whatever_is_asked(wanted: set[str]) -> None:
    decision = decide(refresh_request(scope=" ".join(sorted(wanted))))
    if wanted <= set(GRANT.scope):
        assert set(str(body_of(decision)["scope"]).split()) == wanted
    else:
        assert_refused_without_effects(decision, "invalid_scope")


def test_fapi2_5_3_2_1_a_bound_clients_refresh_token_is_not_replaced() -> None:
    snapshot = refresh_request(client=replace(CLIENT, security_profile="fapi2"))
    sender = SenderFacts(jkt="key", nonce=True)
    for _ in range(2):
        decision = decide_token(PROVIDER, replace(snapshot, facts=replace(snapshot.facts, sender=sender)))
        assert decision.answer.status == 200
        assert "refresh_token" not in (decision.answer.body or {})
        assert decision.effects == ()
        assert [one.name for one in decision.enqueued if isinstance(one, RecordEvent)] == [EventName.REFRESH_ROTATED]
