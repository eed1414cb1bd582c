"""The portal's session store, and the races it must win."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.kernel.ids import SessionId
from portals.relying_party import sessions as module
from portals.relying_party.sessions import MAX_PENDING, REMEMBER_ENDED, PendingSignIn, SessionStore, SignedIn
from tests.unit.portals.signing import NOW, id_claims

IDLE = timedelta(minutes=30)


def pending(state: str) -> PendingSignIn:
    return PendingSignIn(state=state, nonce="n", code_verifier="v", purpose="sign-in", max_age=None, started_at=NOW)


def sign_in_of(sid: str | None = "session-one", subject: str = "pairwise-subject") -> SignedIn:
    return SignedIn(
        purpose="sign-in",
        nonce="n",
        id_token="token",
        id_claims=id_claims(sid=sid, sub=subject),
        userinfo={},
        access_token="access",
        access_expires_at=NOW,
        refresh_token="refresh",
    )


def store_with(*sign_ins: SignedIn) -> tuple[SessionStore, list[str]]:
    store = SessionStore(IDLE)
    sessions = [store.sign_in(store.start(NOW), sign_in, NOW, NOW) for sign_in in sign_ins]
    return store, [session.id for session in sessions if session is not None]


def is_signed_in(store: SessionStore, session_id: SessionId) -> bool:
    session = store.find(session_id, NOW)
    return session is not None and session.signed_in is not None


def test_a_session_ends_when_it_is_idle() -> None:
    store = SessionStore(IDLE)
    session = store.start(NOW)
    assert store.find(session.id, NOW + IDLE - timedelta(seconds=1)) is not None
    assert store.find(session.id, NOW + 2 * IDLE) is None


@pytest.mark.parametrize("cookie", [None, "", "invented"])
def test_an_invented_cookie_finds_nothing(cookie: str | None) -> None:
    store = SessionStore(IDLE)
    store.start(NOW)
    assert store.find(cookie, NOW) is None


def test_sign_in_changes_the_id_so_that_a_planted_cookie_gains_nothing() -> None:
    store = SessionStore(IDLE)
    planted = store.start(NOW)
    signed_in = store.sign_in(planted, sign_in_of(), NOW, NOW)
    assert signed_in is not None
    assert signed_in.id != planted.id
    assert store.find(planted.id, NOW) is None


def test_a_pending_sign_in_is_handed_out_once() -> None:
    store = SessionStore(IDLE)
    session = store.start(NOW)
    store.add_pending(session, pending("a"))
    assert store.take_pending(session, "a") == pending("a")
    assert store.take_pending(session, "a") is None


def test_a_pending_sign_in_belongs_to_its_browser() -> None:
    store = SessionStore(IDLE)
    mine, yours = store.start(NOW), store.start(NOW)
    store.add_pending(mine, pending("a"))
    assert store.take_pending(yours, "a") is None


def test_the_oldest_pending_sign_in_makes_room() -> None:
    store = SessionStore(IDLE)
    session = store.start(NOW)
    for number in range(MAX_PENDING + 1):
        store.add_pending(session, pending(str(number)))
    assert store.take_pending(session, "0") is None
    assert store.take_pending(session, "1") is not None


def test_a_notice_that_comes_while_a_request_is_prepared_is_not_undone() -> None:
    store, (session_id,) = store_with(sign_in_of())
    before = store.find(session_id, NOW)
    assert before is not None
    store.end_session("session-one", None, NOW)
    store.add_pending(before, pending("a"))
    assert not is_signed_in(store, SessionId(session_id))


def test_a_request_prepared_in_a_session_that_is_gone_revives_no_sign_in() -> None:
    store, (session_id,) = store_with(sign_in_of())
    before = store.find(session_id, NOW)
    assert before is not None
    assert store.find(session_id, NOW + IDLE) is None
    store.add_pending(before, pending("a"))
    assert not is_signed_in(store, SessionId(session_id))


def test_a_notice_that_comes_during_a_refresh_is_not_undone() -> None:
    store, (session_id,) = store_with(sign_in_of())
    before = store.find(session_id, NOW)
    assert before is not None
    store.end_session("session-one", None, NOW)
    assert not store.renew(before, sign_in_of())
    assert not is_signed_in(store, SessionId(session_id))


def test_a_sign_in_of_a_session_that_just_ended_is_refused() -> None:
    store = SessionStore(IDLE)
    store.end_session("session-one", None, NOW)
    assert store.sign_in(store.start(NOW), sign_in_of(), NOW, NOW) is None


def test_a_sign_in_that_began_after_the_notice_is_welcome_under_the_same_sid() -> None:
    """Only what was done here had ended, as a mandate does; the provider's session goes on."""
    store, (session_id,) = store_with(sign_in_of())
    store.end_session("session-one", None, NOW)
    later = NOW + timedelta(milliseconds=1)
    assert store.sign_in(store.start(later), sign_in_of(), later, later) is not None
    assert not is_signed_in(store, SessionId(session_id))


def test_ended_sessions_are_remembered_for_a_while_only() -> None:
    store = SessionStore(IDLE)
    store.end_session("session-one", None, NOW)
    store.end_session("session-two", None, NOW + REMEMBER_ENDED)
    assert store.sign_in(store.start(NOW), sign_in_of("session-one"), NOW, NOW) is not None


def test_an_id_token_without_sid_is_never_taken_for_an_ended_one() -> None:
    store = SessionStore(IDLE)
    store.end_session("session-one", None, NOW)
    assert store.sign_in(store.start(NOW), sign_in_of(sid=None), NOW, NOW) is not None


def test_a_notice_with_a_subject_spares_others() -> None:
    store, (session_id,) = store_with(sign_in_of(subject="somebody"))
    assert store.end_session("session-one", "somebody-else", NOW) == 0
    assert is_signed_in(store, SessionId(session_id))


def test_the_longest_unused_session_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SESSIONS", 2)
    store = SessionStore(IDLE)
    first, second = store.start(NOW), store.start(NOW)
    store.find(first.id, NOW)
    store.start(NOW)
    assert store.find(second.id, NOW) is None
    assert store.find(first.id, NOW) is not None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=12), st.sampled_from("abc"))
def test_backchannel_2_7_a_notice_ends_exactly_the_sessions_of_its_sid(
    pairs: list[tuple[str, str]], ended: str
) -> None:
    store, ids = store_with(*(sign_in_of(sid, subject) for sid, subject in pairs))
    assert store.end_session(ended, None, NOW) == sum(sid == ended for sid, _ in pairs)
    assert [is_signed_in(store, SessionId(each)) for each in ids] == [sid != ended for sid, _ in pairs]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=12), st.sampled_from("xyz"))
def test_backchannel_2_7_a_notice_without_sid_ends_exactly_the_sessions_of_its_person(
    pairs: list[tuple[str, str]], person: str
) -> None:
    store, ids = store_with(*(sign_in_of(sid, subject) for sid, subject in pairs))
    store.end_subject(person)
    assert [is_signed_in(store, SessionId(each)) for each in ids] == [subject != person for _, subject in pairs]
