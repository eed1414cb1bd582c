"""The device authorization endpoint: two codes for a proven client, and one refusal for each thing that is wrong."""

from datetime import timedelta

import msgspec
import pytest

from clients.model import Client
from idp.audit.model import EventName, RecordEvent
from idp.grants.device_requests import ASKED_PLACE, DeviceRequest, OpenDeviceRequest
from idp.kernel.secrets import SealBrokenError
from idp.protocol.answers import NO_STORE, Decision
from idp.protocol.authorize.checks import PARAMETERS
from idp.protocol.authorize.device_checks import NOT_FROM_DEVICES, read_device_request
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.client_auth.authentication import read_credentials
from idp.protocol.decider import ClientFacts
from idp.protocol.device.authorization import DeviceSnapshot, asked_by, decide_device_authorization
from idp.protocol.device.user_codes import typed_code, user_hash
from idp.protocol.forms import parse_form
from records.structs import replace
from tests.support.builders.acting import OPTIONAL
from tests.support.builders.devices import APP, GRANTS_OF_DEVICES, KIOSK, USER_CODE, WAITING, asked
from tests.support.builders.protocol import CLIENT, ISSUER, NOW, ORIGIN, PROVIDER, basic, facts_of, form

GOVERNED = replace(KIOSK, scope=("openid", "national_id"), governed_claims=("national_id",))


def decide(client: Client = KIOSK, **fields: str) -> Decision:
    snapshot = DeviceSnapshot(form(**{"scope": "openid profile", **fields}), facts_of(client), ORIGIN, NOW)
    return decide_device_authorization(PROVIDER, snapshot)


def body_of(decision: Decision) -> dict[str, object]:
    assert decision.answer.status == 200, decision.answer
    return dict(decision.answer.body or {})


def opened(decision: Decision) -> DeviceRequest:
    (effect,) = decision.effects
    assert isinstance(effect, OpenDeviceRequest)
    return effect.request


def test_rfc8628_3_2_the_answer_has_both_codes_where_to_enter_them_and_how_fast_to_ask() -> None:
    decision = decide()
    body = body_of(decision)
    assert decision.answer.headers == NO_STORE
    assert len(str(body.pop("device_code"))) == 43
    code = str(body.pop("user_code"))
    assert code[4] == "-"
    assert body == {
        "verification_uri": f"{ISSUER}/device",
        "verification_uri_complete": f"{ISSUER}/device/{code}",
        "expires_in": 600,
        "interval": 5,
    }


def test_both_codes_are_kept_as_keyed_hashes_with_what_was_asked_under_a_seal() -> None:
    decision = decide(acr_values="loa3")
    body, kept = body_of(decision), opened(decision)
    code = typed_code(str(body["user_code"]))
    assert code is not None
    assert kept.device_hash == PROVIDER.token_hash.digest(str(body["device_code"]))
    assert kept.user_hash == user_hash(PROVIDER, code)
    assert (kept.client_id, kept.created_at, kept.expires_at) == ("portal", NOW, NOW + timedelta(minutes=10))
    assert (kept.decided_at, kept.approved) == (None, None)
    held = msgspec.msgpack.encode(kept)
    assert str(body["device_code"]).encode() not in held
    assert code.encode() not in held
    assert b"loa3" not in held
    shown = PROVIDER.sealer.open(kept.asked_sealed, ASKED_PLACE.of(kept.device_hash.hex()))
    assert msgspec.json.decode(shown) == {"scope": "openid profile", "acr_values": "loa3"}


def test_two_requests_never_share_a_code() -> None:
    first, second = body_of(decide()), body_of(decide())
    assert first["device_code"] != second["device_code"]
    assert first["user_code"] != second["user_code"]


def test_rfc8628_3_1_a_public_client_asks_with_its_id_alone() -> None:
    assert "device_code" in body_of(decide(APP, client_id=APP.client_id))


def test_the_request_is_noted_without_anybody() -> None:
    (note,) = decide().enqueued
    assert isinstance(note, RecordEvent)
    assert (note.name, note.client_id, note.person_id) == (EventName.DEVICE_REQUESTED, "portal", None)


@pytest.mark.parametrize("client", [CLIENT, replace(APP, grant_types=("authorization_code",))])
def test_rfc8628_3_1_a_client_without_the_grant_gets_no_codes(client: Client) -> None:
    decision = decide(client, client_id=client.client_id)
    assert (decision.answer.status, decision.answer.error, decision.effects) == (400, "unauthorized_client", ())


def test_who_does_not_prove_the_client_learns_nothing_and_leaves_nothing() -> None:
    shown = read_credentials(form(), basic(KIOSK.client_id, "wrong"))
    answers = []
    for client in (KIOSK, None, replace(KIOSK, disabled_at=NOW)):
        snapshot = DeviceSnapshot(form(scope="openid"), ClientFacts(shown, client), ORIGIN, NOW)
        decision = decide_device_authorization(PROVIDER, snapshot)
        assert (decision.effects, decision.enqueued) == ((), ())
        answers.append(decision.answer)
    assert answers[0] == answers[1] == answers[2]
    assert (answers[0].status, answers[0].error) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("client", "fields", "error"),
    [
        (KIOSK, {"scope": "unknown"}, "invalid_scope"),
        (KIOSK, {"scope": ""}, "invalid_scope"),
        (KIOSK, {"scope": "openid national_id"}, "invalid_scope"),
        (GOVERNED, {"scope": "openid national_id"}, "invalid_scope"),
        (KIOSK, {"max_age": "soon"}, "invalid_request"),
        (KIOSK, {"acting_for": "choose"}, "invalid_request"),
        (KIOSK, {"acr_values": "loa3 " * 500}, "invalid_request"),
    ],
)
def test_rfc8628_3_1_what_is_asked_for_is_judged_like_an_authorization_request(
    client: Client, fields: dict[str, str], error: str
) -> None:
    decision = decide(client, **fields)
    assert (decision.answer.status, decision.answer.error, decision.effects) == (400, error, ())
    (note,) = decision.enqueued
    assert isinstance(note, RecordEvent)
    assert (note.name, note.reason, note.client_id) == (EventName.AUTHORIZATION_REFUSED, error, "portal")


def test_df_1_governed_claims_are_given_in_a_browser_and_never_to_a_device() -> None:
    """The same client may ask for them at the authorization endpoint; without them its device is served."""
    assert "national_id" in GOVERNED.scope
    assert "device_code" in body_of(decide(GOVERNED, scope="openid"))
    assert decide(GOVERNED, scope="openid national_id").answer.error == "invalid_scope"


@pytest.mark.parametrize("name", sorted(NOT_FROM_DEVICES))
def test_what_belongs_to_a_browser_is_refused_by_name(name: str) -> None:
    answer = decide(KIOSK, **{name: "x"}).answer
    assert answer.error == "invalid_request"
    assert f"'{name}'" in answer.description
    assert answer.status == 400
    assert "device_code" in body_of(decide(KIOSK, **{name: ""}))


def test_every_parameter_of_an_authorization_request_is_read_or_refused() -> None:
    read = {"client_id", "scope", "max_age", "acr_values", "ui_locales", "acting_for", "acting_power"}
    assert NOT_FROM_DEVICES | read >= PARAMETERS
    assert not NOT_FROM_DEVICES & read


def test_rfc6749_3_2_a_repeated_parameter_is_refused() -> None:
    repeated = parse_form(b"scope=openid&scope=profile")
    answer = decide_device_authorization(PROVIDER, DeviceSnapshot(repeated, facts_of(KIOSK), ORIGIN, NOW)).answer
    assert answer.error == "invalid_request"


def test_rfc8628_3_1_a_device_may_ask_for_whom_somebody_acts_where_its_client_deals_with_that() -> None:
    client = replace(OPTIONAL, grant_types=GRANTS_OF_DEVICES)
    assert "device_code" in body_of(decide(client, acting_for="choose"))


def test_a_kept_request_asks_for_what_its_client_may_ask_for_now() -> None:
    request = asked_by(PROVIDER, KIOSK, WAITING)
    assert (request.client, request.scope, request.by_device) == (KIOSK, ("openid", "profile"), True)
    narrower = replace(KIOSK, scope=("openid",))
    assert asked_by(PROVIDER, narrower, WAITING).scope == ("openid",)


@pytest.mark.parametrize(
    "client", [CLIENT, replace(KIOSK, disabled_at=NOW), replace(KIOSK, scope=("email",))], ids=["grant", "off", "scope"]
)
def test_a_kept_request_of_a_client_that_may_no_longer_ask_is_nobodys(client: Client) -> None:
    with pytest.raises(RedirectError):
        asked_by(PROVIDER, client, WAITING)


def test_what_was_asked_opens_in_its_own_row_only() -> None:
    other = replace(WAITING, device_hash=b"x" * 32)
    with pytest.raises(SealBrokenError):
        asked_by(PROVIDER, KIOSK, other)


def test_the_level_and_the_age_that_a_device_wants_are_those_of_its_request() -> None:
    request = read_device_request(PROVIDER, form(scope="openid", acr_values="loa3", max_age="60"), KIOSK)
    assert (request.acr_values, request.max_age) == (("loa3",), timedelta(seconds=60))
    kept = replace(WAITING, asked_sealed=asked(scope="openid", max_age="60"))
    assert asked_by(PROVIDER, KIOSK, kept).max_age == timedelta(seconds=60)


def test_no_browser_can_bring_the_code_of_a_device_among_its_parameters() -> None:
    """An interaction with `user_code` is a device's: what a browser sends to /authorize is filtered by PARAMETERS."""
    assert "user_code" not in PARAMETERS
    assert len(USER_CODE) == 8
