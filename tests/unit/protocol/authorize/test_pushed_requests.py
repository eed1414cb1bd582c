"""Pushed authorization requests (RFC 9126): the same checks as through the browser, answered to the client's server."""

import orjson
import pytest
from joserfc import jws

from clients.model import Client
from idp.audit.model import EventName
from idp.grants.model import ClaimOnce
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.errors import PageError, RedirectError
from idp.protocol.authorize.pushed import PushedDecision, PushedSnapshot, decide_pushed, reference_of
from idp.protocol.authorize.submitted import Provenance, SubmittedRequest
from idp.protocol.client_auth.authentication import Credentials, read_credentials
from idp.protocol.client_auth.private_key_jwt import ASSERTION_TYPE
from idp.protocol.decider import ClientFacts
from idp.protocol.errors import INVALID_REQUEST_URI
from idp.protocol.forms import Form, collect
from idp.protocol.sender.shown import SenderFacts
from records.structs import replace
from tests.support.builders.protocol import (
    CLIENT,
    CLIENT_KEY,
    ISSUER,
    NOW,
    ORIGIN,
    PROVIDER,
    authorize,
    facts_of,
    form,
    public_jwks,
)
from tests.support.builders.request_objects import KEYED, request_object

URN = "urn:ietf:params:oauth:request_uri:"
PUSHING = replace(CLIENT, require_pushed_authorization_requests=True)


def pushed(sent: Form, client: Client = CLIENT, facts: ClientFacts | None = None) -> PushedDecision:
    return decide_pushed(PROVIDER, PushedSnapshot(sent, facts or facts_of(client), ORIGIN, NOW))


def refused(decided: PushedDecision) -> tuple[int, str]:
    assert (decided.kept, decided.reference) == (None, "")
    return decided.decision.answer.status, decided.decision.answer.error or ""


def test_rfc9126_2_2_a_good_request_is_kept_for_a_minute_under_an_unguessable_reference() -> None:
    decided = pushed(authorize(login_hint="079999000002"))
    answer, kept = decided.decision.answer, decided.kept
    assert answer.status == 201
    assert answer.body == {"request_uri": URN + decided.reference, "expires_in": 60}
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(decided.reference) >= 43
    assert kept is not None
    assert kept.client_id == CLIENT.client_id
    assert kept.parameters == dict(authorize(login_hint="079999000002").data)
    assert kept.expires_at == NOW + PROVIDER.policy.pushed_request_life
    assert pushed(authorize()).reference != decided.reference


def test_rfc9126_2_1_what_proves_the_client_and_what_nobody_reads_is_not_kept() -> None:
    sent = authorize(client_secret="s", client_assertion="a.b.c", unknown="x")
    kept = pushed(sent).kept
    assert kept is not None
    assert kept.parameters.keys().isdisjoint({"client_secret", "client_assertion", "unknown"})


def test_rfc9126_2_1_a_pushed_request_refers_to_no_other() -> None:
    assert refused(pushed(authorize(request_uri=f"{URN}x"))) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"redirect_uri": "https://elsewhere.example/"}, "invalid_redirect_uri"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "nothing"}, "invalid_scope"),
        ({"request": "a.b.c"}, "request_not_supported"),
        ({"request": "a.b.c", "request_uri": "urn:x"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
    ],
)
def test_rfc9126_2_3_what_the_browser_would_bring_back_is_told_the_server(changed: dict[str, str], error: str) -> None:
    decided = pushed(authorize(changed))
    assert refused(decided) == (400, error)
    (event,) = decided.decision.enqueued
    assert (event.name, event.client_id) == (EventName.AUTHORIZATION_REFUSED, CLIENT.client_id)  # type: ignore[attr-defined]


def test_rfc9126_2_3_a_parameter_sent_twice_is_refused() -> None:
    twice = collect([*authorize().data.items(), ("scope", "openid")])
    assert refused(pushed(twice)) == (400, "invalid_request")


def test_rfc9126_2_a_client_that_does_not_prove_itself_pushes_nothing() -> None:
    wrong = ClientFacts(Credentials("client_secret_basic", CLIENT.client_id, secret="wrong"), CLIENT)
    decided = pushed(authorize(), facts=wrong)
    assert refused(decided) == (401, "invalid_client")
    assert decided.decision.enqueued == ()


def test_rfc9126_2_1_the_client_that_proved_itself_is_whose_request_it_is() -> None:
    without = form(**{name: value for name, value in authorize().data.items() if name != "client_id"})
    kept = pushed(without).kept
    assert kept is not None
    assert kept.parameters["client_id"] == CLIENT.client_id


def test_rfc7523_3_an_assertion_is_claimed_whether_or_not_the_request_is_good() -> None:
    signer = replace(CLIENT, token_endpoint_auth_method="private_key_jwt", jwks=public_jwks(CLIENT_KEY), secrets=())
    claims = {"iss": "portal", "sub": "portal", "aud": ISSUER, "jti": "jti-1", "exp": int(NOW.timestamp()) + 60}
    text = jws.serialize_compact({"alg": "ES256"}, orjson.dumps(claims), CLIENT_KEY)
    shown = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": text}
    facts = ClientFacts(read_credentials(form(**shown), None), signer, signer.jwks or {})
    for sent in (authorize(shown, client=signer), authorize(shown, client=signer, scope="nothing")):
        assert isinstance(pushed(sent, facts=facts).decision.first, ClaimOnce)


def test_rfc9126_3_an_object_may_be_pushed_and_is_read_after_its_client_proved_itself() -> None:
    facts, keys = facts_of(KEYED), KEYED.jwks or {}
    sent = authorize({}, request=request_object(authorize().data), state="outside")
    decided = decide_pushed(PROVIDER, PushedSnapshot(sent, facts, ORIGIN, NOW, keys))
    assert decided.kept is not None
    assert (decided.kept.provenance, decided.kept.parameters) == (Provenance.SIGNED_AND_PUSHED, dict(authorize().data))
    for wrong in (form(request="a.b.c"), form(request=request_object(authorize().data, {"client_id": "other"}))):
        decided = decide_pushed(PROVIDER, PushedSnapshot(wrong, facts, ORIGIN, NOW, keys))
        assert refused(decided) == (400, "invalid_request_object")
        (event,) = decided.decision.enqueued
        assert event.reason == "invalid_request_object"  # type: ignore[attr-defined]
    nobody = ClientFacts(Credentials("client_secret_basic", KEYED.client_id, secret="wrong"), KEYED)
    assert refused(decide_pushed(PROVIDER, PushedSnapshot(sent, nobody, ORIGIN, NOW, keys))) == (401, "invalid_client")


def test_rfc9126_3_a_client_that_signs_pushes_nothing_unsigned() -> None:
    signing = replace(KEYED, require_signed_request_object=True)
    assert refused(pushed(authorize(), facts=facts_of(signing))) == (400, "invalid_request")


def test_rfc9449_10_1_the_key_beside_a_pushed_object_is_the_one_that_it_names() -> None:
    prover = SenderFacts(jkt="j" * 43)
    facts, keys = replace(facts_of(KEYED), sender=prover), KEYED.jwks or {}
    sent = form(request=request_object(authorize().data))
    kept = decide_pushed(PROVIDER, PushedSnapshot(sent, facts, ORIGIN, NOW, keys)).kept
    assert kept is not None
    assert kept.parameters["dpop_jkt"] == "j" * 43
    other = form(request=request_object(authorize(dpop_jkt="k" * 43).data))
    decided = decide_pushed(PROVIDER, PushedSnapshot(other, facts, ORIGIN, NOW, keys))
    assert refused(decided) == (400, "invalid_dpop_proof")


def test_rfc9126_6_a_client_that_pushes_is_not_taken_from_a_browser() -> None:
    with pytest.raises(RedirectError) as caught:
        read_request(PROVIDER, SubmittedRequest(PUSHING, authorize()), NOW)
    assert caught.value.code == "invalid_request"
    assert read_request(PROVIDER, SubmittedRequest(PUSHING, authorize(), Provenance.PUSHED), NOW).client is PUSHING


def test_fapi2_5_3_2_2_a_pushed_request_says_where_the_answer_goes() -> None:
    # With openid nobody's request may leave it out (OIDC Core 3.1.2.1): this is about the others.
    for scope in ("profile", "openid profile"):
        asked = authorize(redirect_uri="", scope=scope)
        with pytest.raises((PageError, RedirectError)) as caught:
            read_request(PROVIDER, SubmittedRequest(PUSHING, asked, Provenance.PUSHED), NOW)
        assert caught.value.code == "invalid_request"
        assert isinstance(caught.value, RedirectError) is ("openid" not in scope)


def test_rfc9126_4_a_request_that_is_not_there_is_told_on_a_page() -> None:
    with pytest.raises(PageError) as caught:
        read_request(PROVIDER, SubmittedRequest(CLIENT, authorize(), Provenance.PUSHED, fault=INVALID_REQUEST_URI), NOW)
    assert caught.value.code == "invalid_request_uri"


@pytest.mark.parametrize(
    ("sent", "reference"),
    [
        ([("request_uri", f"{URN}abc")], "abc"),
        ([("request_uri", "https://portal.example/request")], None),
        ([("request_uri", f"{URN}abc"), ("request_uri", f"{URN}other")], None),
        ([("client_id", "a"), ("client_id", "b"), ("request_uri", f"{URN}abc")], None),
        ([], None),
    ],
)
def test_rfc9126_4_a_reference_is_a_urn_of_ours_sent_once(sent: list[tuple[str, str]], reference: str | None) -> None:
    assert reference_of(collect(sent)) == reference
