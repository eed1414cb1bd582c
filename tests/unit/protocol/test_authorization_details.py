"""Rich authorization requests (RFC 9396): strict types, a confirmation each time, tokens that have no more."""

from typing import get_args

import orjson
import pytest

from clients.model import AuthorizationDetailsType, Client
from idp.protocol.authorize.endpoint import AskPerson, SendCode, decide_authorization
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.authorize.interaction import Situation, Step, next_need
from idp.protocol.discovery import discovery_document
from idp.protocol.introspection import PresentedToken, decide_introspection
from idp.protocol.rar.confirmed_text import LONGEST_TEXT, digest_of
from idp.protocol.rar.details import MAX_DETAILS, granted_details, seal_details, written
from idp.protocol.rar.types import TYPES
from idp.protocol.token.endpoint import decide_token
from idp.protocol.tokens.issued import read_access_token
from records.structs import replace
from tests.support.builders.protocol import (
    CLIENT,
    CODE,
    GRANT,
    HEAD,
    NOW,
    ORIGIN,
    PROVIDER,
    STATE,
    VIEW,
    claims_of,
    code_request,
    inspection,
    refresh_request,
    situation,
)

CONFIRMING = replace(CLIENT, authorization_details_types=("confirmed_text",))
TEXT, OTHER = "Tôi đồng ý nộp lệ phí 50.000 đồng.", "Tôi đồng ý nhận kết quả qua bưu điện."
Detail = dict[str, object]


def detail(text: str = TEXT, **changed: object) -> Detail:
    return {"type": "confirmed_text", "text": text, "text_sha256": digest_of(text), **changed}


def asked(*details: object, client: Client = CONFIRMING, **more: str) -> Situation:
    return situation(client, {"authorization_details": orjson.dumps(details).decode(), **more})


def refused(text: str, client: Client = CONFIRMING, **more: str) -> str:
    with pytest.raises(RedirectError) as caught:
        situation(client, {"authorization_details": text, **more})
    return caught.value.code


def test_rfc9396_10_discovery_names_the_types_of_the_table_and_clients_can_register_each() -> None:
    assert discovery_document("https://x.example", {})["authorization_details_types_supported"] == list(TYPES)
    assert set(TYPES) == set(get_args(AuthorizationDetailsType))


def test_rfc9396_2_what_is_asked_for_is_kept_as_it_was_asked() -> None:
    case = asked(detail(), detail(OTHER))
    assert orjson.loads(case.request.details) == [detail(), detail(OTHER)]
    assert situation(CONFIRMING).request.details == ""


@pytest.mark.parametrize(
    "text",
    [
        *("{}", "[]", "[", "null", "1", '"x"', "[1]", "[[]]", "[{}]", '[{"type":1}]', '[{"type":"unknown"}]'),
        '[{"type":"confirmed_text","type":"confirmed_text"}]',
        *(
            orjson.dumps([one]).decode()
            for one in (
                {"type": "confirmed_text"},
                detail(locations=["https://records.example"]),
                detail(text_sha256=digest_of(OTHER)),
                detail(text_sha256=""),
                {**detail(), "text": 1},
                {**detail(), "text": ["x"]},
                detail(""),
                detail("two\nlines"),
                detail("a\u202eb"),
                detail("o\u0302"),
                detail("x" * (LONGEST_TEXT + 1)),
            )
        ),
        orjson.dumps([detail()] * (MAX_DETAILS + 1)).decode(),
        orjson.dumps([detail(), {"type": "unknown"}]).decode(),
        "[" * 3000,
        '[{"type":"confirmed_text","text":"\\ud800","text_sha256":""}]',
        '[{"type":"confirmed_text","text":NaN}]',
    ],
)
def test_rfc9396_5_what_is_malformed_or_unknown_is_refused(text: str) -> None:
    assert refused(text) == "invalid_authorization_details"


def test_rfc9396_5_more_than_four_kib_is_refused() -> None:
    assert refused(orjson.dumps([detail()]).decode() + " " * 4096) == "invalid_authorization_details"


def test_rfc9396_5_a_type_that_the_client_did_not_register_is_refused() -> None:
    text = orjson.dumps([detail()]).decode()
    assert refused(text, CLIENT) == "invalid_authorization_details"


def test_details_leave_by_the_token_endpoint_and_are_not_confirmed_at_a_counter() -> None:
    text = orjson.dumps([detail()]).decode()
    suite = replace(
        CONFIRMING,
        security_profile="certification",
        grant_types=("authorization_code", "implicit"),
        response_types=("code", "code token"),
    )
    assert refused(text, suite, response_type="code token") == "invalid_authorization_details"
    desk = replace(CONFIRMING, account_kinds=("officer",), assisted_filing=True)
    assert refused(text, desk, assisted="1") == "invalid_authorization_details"


def step_of(case: Situation) -> Step | None:
    need = next_need(case)
    return need.step if need else None


def test_rfc9396_5_details_are_confirmed_for_each_request_whatever_was_agreed_to_before() -> None:
    agreed = replace(VIEW, consented_scope=frozenset({"openid", "profile"}))
    case = replace(asked(detail()), session=agreed)
    assert step_of(case) is Step.CONSENT
    assert isinstance(decide_authorization(case, ORIGIN), AskPerson)
    assert step_of(replace(case, consented_at=NOW.replace(year=2025))) is Step.CONSENT
    confirmed = decide_authorization(replace(case, consented_at=NOW), ORIGIN)
    assert isinstance(confirmed, SendCode)
    assert granted_details(PROVIDER.sealer, confirmed.code.details_sealed, None) == (detail(),)
    with pytest.raises(RedirectError) as caught:
        decide_authorization(replace(asked(detail(), prompt="none"), session=agreed), ORIGIN)
    assert caught.value.code == "consent_required"


SEALED = seal_details(PROVIDER.sealer, written([detail(), detail(OTHER)]))


def redeemed(*details: object, sealed: bytes | None = SEALED) -> tuple[int, dict[str, object]]:
    more = {"authorization_details": orjson.dumps(details).decode()} if details else {}
    snapshot = code_request(more, client=CONFIRMING, code=replace(CODE, details_sealed=sealed))
    answer = decide_token(PROVIDER, snapshot).answer
    return answer.status, dict(answer.body or {})


def test_rfc9396_7_and_9_1_answer_and_token_have_what_was_confirmed() -> None:
    status, body = redeemed()
    assert (status, body["authorization_details"]) == (200, [detail(), detail(OTHER)])
    assert claims_of(body["access_token"])["authorization_details"] == body["authorization_details"]
    assert "authorization_details" not in claims_of(body["id_token"])


def test_rfc9396_9_2_introspection_tells_them() -> None:
    token = read_access_token(PROVIDER, str(redeemed()[1]["access_token"]), NOW)
    assert token is not None
    presented = PresentedToken(token, STATE, token_revoked=False)
    answer = decide_introspection(PROVIDER, inspection(presented, client=CONFIRMING)).answer
    assert (answer.body or {})["authorization_details"] == [detail(), detail(OTHER)]


def test_rfc9396_6_a_token_request_narrows_and_never_widens() -> None:
    status, body = redeemed(detail(OTHER))
    assert (status, body["authorization_details"]) == (200, [detail(OTHER)])
    for wider in ([detail("Một câu khác.")], [detail(), detail("Một câu khác.")], [{"type": "unknown"}], [1]):
        status, body = redeemed(*wider)
        assert (status, body["error"]) == (400, "invalid_authorization_details")
    status, body = redeemed(detail(), sealed=None)
    assert (status, body["error"]) == (400, "invalid_authorization_details")


def test_without_details_nothing_is_said() -> None:
    status, body = redeemed(sealed=None)
    assert status == 200
    assert "authorization_details" not in body
    assert "authorization_details" not in claims_of(body["access_token"])


def test_rfc9396_6_a_refresh_narrows_likewise() -> None:
    state = replace(STATE, grant=replace(GRANT, details_sealed=SEALED))
    for details, expected in (((), [detail(), detail(OTHER)]), ((detail(),), [detail()])):
        more = {"authorization_details": orjson.dumps(details).decode()} if details else {}
        body = decide_token(PROVIDER, refresh_request(HEAD.text, more, client=CONFIRMING, state=state)).answer.body
        assert (body or {})["authorization_details"] == expected
    wider = {"authorization_details": orjson.dumps([detail("Khác.")]).decode()}
    answer = decide_token(PROVIDER, refresh_request(HEAD.text, wider, client=CONFIRMING, state=state)).answer
    assert answer.error == "invalid_authorization_details"
