"""The backchannel authentication endpoint: one hint, a text that can be shown, and one answer for everybody."""

from datetime import timedelta

import pytest

from clients.model import CIBA, Client, ClientId
from idp.audit.model import EventName, RecordEvent
from idp.grants.device_requests import DeviceRequest, OpenDeviceRequest
from idp.kernel.ids import AccountId, PersonId
from idp.kernel.outbox import Enqueue
from idp.protocol.answers import Decision
from idp.protocol.client_auth.authentication import AuthenticatedClient
from idp.protocol.device.authorization import asked_by, parameters_of
from idp.protocol.device.backchannel import (
    ASKED_BY_ALL,
    ASKED_BY_ONE,
    LONGEST_BINDING,
    NOT_FROM_BACKCHANNELS,
    BackchannelSnapshot,
    Hint,
    HintedPerson,
    decide_backchannel,
    hint_of,
)
from idp.protocol.device.pings import Ping, ping_of, read_ping
from idp.protocol.device.readable import readable
from idp.protocol.errors import OAuth2Error
from idp.protocol.forms import parse_form
from idp.sign_in.counts import CountWithin
from records.structs import replace
from tests.support.builders.protocol import ACCOUNT, CLIENT, NOW, ORIGIN, PERSON, PROVIDER, form

BANK_TELLER = replace(CLIENT, grant_types=("refresh_token", CIBA), backchannel_token_delivery_mode="poll")
PINGED = replace(
    BANK_TELLER,
    backchannel_token_delivery_mode="ping",
    backchannel_client_notification_endpoint="https://portal.example/ciba",
)
SOMEBODY = HintedPerson(ACCOUNT.id, PersonId(PERSON), ACCOUNT.id)
NOBODY = HintedPerson("hint:001899000001")
GOVERNED = replace(BANK_TELLER, scope=("openid", "national_id"), governed_claims=("national_id",))


def decide(client: Client = BANK_TELLER, person: HintedPerson = SOMEBODY, **fields: str) -> Decision:
    parameters = form(**{"scope": "openid profile", "login_hint": "001899000001", **fields})
    proven = AuthenticatedClient(client, None)
    return decide_backchannel(PROVIDER, BackchannelSnapshot(parameters, proven, person, ORIGIN, NOW))


def body_of(decision: Decision) -> dict[str, object]:
    assert decision.answer.status == 200, decision.answer
    return dict(decision.answer.body or {})


def request_of(decision: Decision) -> DeviceRequest:
    (opened,) = (effect for effect in decision.effects if isinstance(effect, OpenDeviceRequest))
    return opened.request


def test_ciba_7_3_the_answer_has_an_id_its_life_and_how_fast_to_ask() -> None:
    body = body_of(decide())
    assert len(str(body.pop("auth_req_id"))) == 43
    assert body == {"expires_in": 600, "interval": 5}


def test_ciba_7_1_the_request_is_kept_for_whom_the_client_named_and_without_the_hint() -> None:
    decision = decide(binding_message="Chuyển 2 triệu", acr_values="loa3")
    kept = request_of(decision)
    assert kept.device_hash == PROVIDER.token_hash.digest(str(body_of(decision)["auth_req_id"]))
    assert (kept.asked_by, kept.person_id, kept.account_id) == ("ciba", PERSON, ACCOUNT.id)
    assert parameters_of(PROVIDER, kept) == {
        "scope": "openid profile",
        "acr_values": "loa3",
        "binding_message": "Chuyển 2 triệu",
    }
    assert asked_by(PROVIDER, BANK_TELLER, kept).scope == ("openid", "profile")
    assert kept.may_be_answered_by(ACCOUNT)
    assert not kept.may_be_answered_by(replace(ACCOUNT, id=AccountId("another")))


def test_en_1_a_request_about_nobody_is_answered_and_written_like_any_other() -> None:
    there, nobody = decide(), decide(person=NOBODY)
    assert there.answer.status == nobody.answer.status == 200
    assert (there.answer.body or {}).keys() == (nobody.answer.body or {}).keys()
    assert [type(effect) for effect in there.effects] == [type(effect) for effect in nobody.effects]
    kept = request_of(nobody)
    assert (kept.person_id, kept.account_id) == (None, None)
    assert not kept.may_be_answered_by(ACCOUNT)
    assert there.when_late == nobody.when_late


def test_a_person_is_asked_five_times_by_one_client_and_twenty_times_by_all() -> None:
    """Counted in the commit that asks: who is over the bound is told so, whether the person exists or not."""
    by_one, by_all = (effect for effect in decide().effects if isinstance(effect, CountWithin))
    assert (by_one.most, by_one.window) == (ASKED_BY_ONE, timedelta(minutes=10))
    assert (by_all.most, by_all.window) == (ASKED_BY_ALL, timedelta(hours=1))
    other = replace(BANK_TELLER, client_id=ClientId("another"))
    theirs_one, theirs_all = (effect for effect in decide(other).effects if isinstance(effect, CountWithin))
    assert theirs_one.value_hash != by_one.value_hash
    assert theirs_all.value_hash == by_all.value_hash
    late = decide().when_late
    assert late is not None
    assert (late.answer.status, late.answer.error, late.effects) == (429, "invalid_request", ())
    assert late.answer.headers["Retry-After"] == "600"


def test_the_person_reads_of_it_and_nobody_else() -> None:
    (event,) = (effect for effect in decide().effects if isinstance(effect, RecordEvent))
    assert (event.name, event.person_id, event.details) == (EventName.BACKCHANNEL_REQUESTED, PERSON, {})
    (nobodys,) = (effect for effect in decide(person=NOBODY).effects if isinstance(effect, RecordEvent))
    assert nobodys.person_id is None


@pytest.mark.parametrize(("wished", "granted"), [("10", 10), ("600", 600), ("86400", 600), ("999999999", 600)])
def test_ciba_7_1_a_client_may_ask_for_a_shorter_life(wished: str, granted: int) -> None:
    decision = decide(requested_expiry=wished)
    assert body_of(decision)["expires_in"] == granted
    assert request_of(decision).expires_at == NOW + timedelta(seconds=granted)


@pytest.mark.parametrize(
    ("client", "fields", "error"),
    [
        (BANK_TELLER, {"scope": "profile"}, "invalid_scope"),
        (BANK_TELLER, {"scope": "unknown"}, "invalid_scope"),
        (GOVERNED, {"scope": "openid national_id"}, "invalid_scope"),
        (BANK_TELLER, {"requested_expiry": "0"}, "invalid_request"),
        (BANK_TELLER, {"requested_expiry": "-1"}, "invalid_request"),
        (BANK_TELLER, {"requested_expiry": "soon"}, "invalid_request"),
        (BANK_TELLER, {"binding_message": "x" * (LONGEST_BINDING + 1)}, "invalid_binding_message"),
        (BANK_TELLER, {"binding_message": "two\nlines"}, "invalid_binding_message"),
        (BANK_TELLER, {"binding_message": "a\u202eb"}, "invalid_binding_message"),
        (PINGED, {}, "invalid_request"),
        (PINGED, {"client_notification_token": "no token"}, "invalid_request"),
        (PINGED, {"client_notification_token": "t" * 1025}, "invalid_request"),
    ],
)
def test_ciba_13_one_wrong_thing_is_refused_by_name_and_asks_nobody(
    client: Client, fields: dict[str, str], error: str
) -> None:
    decision = decide(client, SOMEBODY, **fields)
    assert (decision.answer.status, decision.answer.error, decision.effects) == (400, error, ())
    (note,) = decision.enqueued
    assert isinstance(note, RecordEvent)
    assert (note.name, note.reason, note.person_id) == (EventName.AUTHORIZATION_REFUSED, error, None)


@pytest.mark.parametrize("name", sorted(NOT_FROM_BACKCHANNELS))
def test_what_is_not_supported_is_refused_by_name(name: str) -> None:
    answer = decide(BANK_TELLER, SOMEBODY, **{name: "x"}).answer
    assert answer.error == "invalid_request"
    assert f"'{name}'" in answer.description


@pytest.mark.parametrize("shown", ["1234", "Nộp hồ sơ 000.00.12.H55", "Pay 5 EUR?", "e\u0301"])
def test_ciba_7_1_a_plain_text_is_shown_as_it_is(shown: str) -> None:
    assert readable(shown, LONGEST_BINDING) is not None


@pytest.mark.parametrize("hidden", ["", "   ", "\t", "a\x00", "\u200bx", "a\u2028b", "\u202e", "x" * 121])
def test_ciba_7_1_a_text_that_hides_something_is_not_shown(hidden: str) -> None:
    assert readable(hidden, LONGEST_BINDING) is None


def test_ciba_7_1_exactly_one_hint_says_whom_the_client_means() -> None:
    assert hint_of(BANK_TELLER, form(login_hint="a")) == Hint("login_hint", "a")
    assert hint_of(BANK_TELLER, form(id_token_hint="a")) == Hint("id_token_hint", "a")
    for fields in ({}, {"login_hint": "a", "id_token_hint": "b"}, {"login_hint": ""}, {"login_hint_token": "a"}):
        with pytest.raises(OAuth2Error) as caught:
            hint_of(BANK_TELLER, form(**fields))
        assert caught.value.error == "invalid_request"
    with pytest.raises(OAuth2Error) as repeated:
        hint_of(BANK_TELLER, parse_form(b"login_hint=a&login_hint=b"))
    assert repeated.value.error == "invalid_request"
    with pytest.raises(OAuth2Error) as unregistered:
        hint_of(CLIENT, form(login_hint="a"))
    assert unregistered.value.error == "unauthorized_client"


def test_ciba_10_2_who_asked_for_a_ping_is_sent_one_that_names_the_request_under_its_token() -> None:
    decision = decide(PINGED, client_notification_token="8d67dc78-7faa-4d41-aabd-67707b374255")
    auth_req_id, kept = str(body_of(decision)["auth_req_id"]), request_of(decision)
    (message,) = ping_of(PROVIDER, kept, NOW)
    assert isinstance(message, Enqueue)
    assert (message.kind, message.receiver, message.gives_up_at) == ("ciba_ping", "portal", kept.expires_at)
    assert auth_req_id.encode() not in message.payload
    ping = read_ping(PROVIDER, message.payload)
    assert ping == Ping(ClientId("portal"), auth_req_id, "8d67dc78-7faa-4d41-aabd-67707b374255")
    assert auth_req_id not in repr(ping)


def test_ciba_10_1_who_asks_again_by_itself_is_sent_nothing_and_its_id_is_kept_nowhere() -> None:
    kept = request_of(decide(client_notification_token="t"))
    assert ping_of(PROVIDER, kept, NOW) == ()
    assert "auth_req_id" not in parameters_of(PROVIDER, kept)
