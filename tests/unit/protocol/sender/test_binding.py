"""Tokens bound to what their sender holds, where they are issued and where they are shown (RFC 9449, RFC 8705)."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256

import pytest

from clients.model import Client
from idp.grants.model import GrantState
from idp.protocol.answers import Decision
from idp.protocol.authorize.pushed import PushedSnapshot, decide_pushed
from idp.protocol.sender.binding import shown_fault
from idp.protocol.sender.mutual_tls import MutualTls
from idp.protocol.sender.nonces import nonce_now
from idp.protocol.sender.proofs import judge_proofs
from idp.protocol.sender.shown import NOBODY, Certificate, Confirmation, Sender, SenderFacts
from idp.protocol.token.endpoint import TokenSnapshot, decide_token
from idp.protocol.tokens.issued import issue_access_token, read_access_token
from records.structs import replace
from tests.support.builders.protocol import (
    AS_IT_IS,
    CLIENT,
    CODE,
    GRANT,
    ISSUER,
    NOW,
    ORIGIN,
    PROVIDER,
    STATE,
    authorize,
    code_request,
    facts_of,
    refresh_request,
)
from tests.support.parties.dpop_key import DpopKey

KEY, OTHER = DpopKey(), DpopKey()
CERTIFICATE = Certificate(b"a certificate")
X5T = urlsafe_b64encode(sha256(CERTIFICATE.der).digest()).rstrip(b"=").decode()
BOUND = replace(CLIENT, dpop_bound_access_tokens=True)
BY_TLS = replace(CLIENT, tls_client_certificate_bound_access_tokens=True)
PUBLIC = replace(CLIENT, token_endpoint_auth_method="none", secrets=())


def proved(key: DpopKey = KEY, *, path: str = "/token", nonce: str | None = None) -> SenderFacts:
    text = key.proof("POST", f"{ISSUER}{path}", at=NOW.timestamp(), nonce=nonce)
    return judge_proofs(PROVIDER, Sender("POST", path, (text,)), NOW)


def by(snapshot: TokenSnapshot, sender: SenderFacts) -> Decision:
    return decide_token(PROVIDER, replace(snapshot, facts=replace(snapshot.facts, sender=sender)))


def body_of(decision: Decision) -> dict[str, object]:
    assert decision.answer.status == 200, decision.answer.body
    return dict(decision.answer.body or {})


def confirmed(decision: Decision) -> Confirmation:
    token = read_access_token(PROVIDER, str(body_of(decision)["access_token"]), NOW)
    assert token is not None
    return token.binding


@pytest.mark.parametrize("client", [CLIENT, BOUND], ids=["may", "must"])
def test_rfc9449_5_tokens_of_a_request_with_a_proof_are_bound_to_its_key(client: Client) -> None:
    facts = proved()
    for snapshot in (code_request(client=client), refresh_request(client=client)):
        decision = by(snapshot, facts)
        assert body_of(decision)["token_type"] == "DPoP"
        assert confirmed(decision) == Confirmation(jkt=KEY.thumbprint)
        assert decision.proof == facts.use


def test_without_a_proof_tokens_are_a_bearers() -> None:
    decision = by(code_request(), NOBODY)
    assert (body_of(decision)["token_type"], confirmed(decision), decision.proof) == ("Bearer", Confirmation(), None)


def test_rfc9449_5_2_a_client_that_binds_its_tokens_gets_none_without_a_proof() -> None:
    for snapshot in (code_request(client=BOUND), refresh_request(client=BOUND)):
        decision = by(snapshot, NOBODY)
        assert (decision.answer.status, decision.answer.error, decision.effects) == (400, "invalid_dpop_proof", ())


def test_rfc9449_5_a_bad_proof_is_refused_even_where_none_is_needed() -> None:
    wrong = judge_proofs(PROVIDER, Sender("POST", "/token", ("a.b.c",)), NOW)
    refused = by(code_request(), wrong)
    assert (refused.answer.error, refused.effects, refused.proof) == ("invalid_dpop_proof", (), None)


def test_a_proof_of_a_client_that_does_not_prove_itself_is_not_spent() -> None:
    snapshot = code_request()
    wrong = replace(snapshot.facts.credentials, secret="wrong")
    snapshot = replace(snapshot, facts=replace(snapshot.facts, credentials=wrong))
    decision = by(snapshot, proved())
    assert (decision.answer.status, decision.proof) == (401, None)


def test_rfc9449_10_a_code_bound_to_a_key_is_redeemed_by_that_key_alone() -> None:
    bound = replace(CODE, dpop_jkt=KEY.thumbprint)
    assert by(code_request(code=bound), proved()).answer.status == 200
    for sender in (proved(OTHER), NOBODY):
        decision = by(code_request(code=bound), sender)
        assert (decision.answer.error, decision.effects) == ("invalid_grant", ())


def test_rfc9449_5_refresh_tokens_of_a_public_client_are_bound_and_a_confidential_clients_are_not() -> None:
    started = [one.grant for one in by(code_request(client=PUBLIC), proved()).effects if hasattr(one, "grant")]
    assert [grant.dpop_jkt for grant in started] == [KEY.thumbprint]
    started = [one.grant for one in by(code_request(), proved()).effects if hasattr(one, "grant")]
    assert [grant.dpop_jkt for grant in started] == [None]


def bound_state() -> GrantState:
    return replace(STATE, grant=replace(GRANT, dpop_jkt=KEY.thumbprint))


def test_rfc9449_5_a_bound_refresh_token_needs_its_key_and_a_thief_ends_nothing() -> None:
    snapshot = refresh_request(client=PUBLIC)
    facts = replace(snapshot.facts_of_grant, state=bound_state())  # type: ignore[type-var]
    snapshot = replace(snapshot, facts_of_grant=facts)
    assert by(snapshot, proved()).answer.status == 200
    for sender in (proved(OTHER), NOBODY):
        decision = by(snapshot, sender)
        assert (decision.answer.error, decision.effects) == ("invalid_grant", ())


def test_rfc9449_5_a_confidential_client_may_refresh_with_a_new_key() -> None:
    assert confirmed(by(refresh_request(), proved(OTHER))) == Confirmation(jkt=OTHER.thumbprint)


def test_rfc8705_3_tokens_are_bound_to_the_certificate_where_that_is_registered() -> None:
    sender = judge_proofs(PROVIDER, Sender("POST", "/token", (), CERTIFICATE), NOW)
    decision = by(code_request(client=BY_TLS), sender)
    assert confirmed(decision) == Confirmation(x5t_s256=X5T)
    assert body_of(decision)["token_type"] == "Bearer"
    assert confirmed(by(code_request(), sender)) == Confirmation()
    assert by(code_request(client=BY_TLS), NOBODY).answer.error == "invalid_request"


def test_a_thiefs_own_key_takes_no_certificates_place_and_who_shows_both_is_bound_by_both() -> None:
    text = KEY.proof("POST", f"{ISSUER}/token", at=NOW.timestamp())
    alone = by(code_request(client=BY_TLS), judge_proofs(PROVIDER, Sender("POST", "/token", (text,)), NOW))
    assert (alone.answer.error, alone.effects, alone.proof) == ("invalid_request", (), None)
    both = by(code_request(client=BY_TLS), judge_proofs(PROVIDER, Sender("POST", "/token", (text,), CERTIFICATE), NOW))
    assert confirmed(both) == Confirmation(KEY.thumbprint, X5T)
    assert body_of(both)["token_type"] == "DPoP"


def test_rfc8705_4_refresh_tokens_of_a_public_client_are_bound_to_its_certificate() -> None:
    public = replace(BY_TLS, token_endpoint_auth_method="none", secrets=())
    own, other = SenderFacts(x5t_s256=X5T), SenderFacts(x5t_s256="another")
    (started,) = [one.grant for one in by(code_request(client=public), own).effects if hasattr(one, "grant")]
    assert started.dpop_jkt == f"x5t#S256:{X5T}"
    snapshot = refresh_request(client=public)
    state = replace(STATE, grant=replace(GRANT, dpop_jkt=started.dpop_jkt))
    snapshot = replace(snapshot, facts_of_grant=replace(snapshot.facts_of_grant, state=state))  # type: ignore[type-var]
    assert by(snapshot, own).answer.status == 200
    refused = by(snapshot, other)
    assert (refused.answer.error, refused.effects) == ("invalid_grant", ())


def test_rfc8705_5_a_proof_may_name_the_address_where_certificates_are_shown() -> None:
    text = KEY.proof("POST", "https://mtls.example/token", at=NOW.timestamp())
    aliased = replace(PROVIDER, mutual_tls=MutualTls(address="https://mtls.example"))
    assert judge_proofs(aliased, Sender("POST", "/token", (text,)), NOW).jkt == KEY.thumbprint
    assert judge_proofs(PROVIDER, Sender("POST", "/token", (text,)), NOW).fault is not None


@pytest.mark.parametrize(
    ("bound", "scheme", "facts", "error"),
    [
        (Confirmation(), "Bearer", NOBODY, None),
        (Confirmation(jkt="a"), "DPoP", SenderFacts(jkt="a"), None),
        (Confirmation(x5t_s256="c"), "Bearer", SenderFacts(x5t_s256="c"), None),
        # Downgraded, of another key, without a proof, with a proof for a token that has no key.
        (Confirmation(jkt="a"), "Bearer", SenderFacts(jkt="a"), "invalid_token"),
        (Confirmation(jkt="a"), "Bearer", NOBODY, "invalid_token"),
        (Confirmation(jkt="a"), "DPoP", SenderFacts(jkt="b"), "invalid_token"),
        (Confirmation(jkt="a"), "DPoP", NOBODY, "invalid_dpop_proof"),
        (Confirmation(), "DPoP", SenderFacts(jkt="a"), "invalid_token"),
        (Confirmation(x5t_s256="c"), "Bearer", NOBODY, "invalid_token"),
        (Confirmation(x5t_s256="c"), "Bearer", SenderFacts(x5t_s256="d"), "invalid_token"),
        (Confirmation(x5t_s256="c"), "DPoP", SenderFacts(jkt="a", x5t_s256="c"), "invalid_token"),
    ],
)
def test_rfc9449_7_rfc8705_3_who_shows_a_token_holds_what_it_is_bound_to(
    bound: Confirmation, scheme: str, facts: SenderFacts, error: str | None
) -> None:
    fault = shown_fault(bound, scheme, facts)
    assert (fault.code if fault else None) == error


@pytest.mark.parametrize("bound", [Confirmation(jkt="a"), Confirmation(x5t_s256="c")], ids=["key", "certificate"])
def test_rfc7800_3_1_a_token_says_what_it_is_bound_to(bound: Confirmation) -> None:
    token = read_access_token(PROVIDER, issue_access_token(PROVIDER, CLIENT, ("openid",), NOW, GRANT, bound).text, NOW)
    assert token is not None
    assert token.binding == bound


def pushed(sender: SenderFacts, more: Mapping[str, str] = AS_IT_IS) -> tuple[int, str | None]:
    facts = replace(facts_of(CLIENT), sender=sender)
    decided = decide_pushed(PROVIDER, PushedSnapshot(authorize(more), facts, ORIGIN, NOW))
    return decided.decision.answer.status, decided.kept.parameters.get("dpop_jkt") if decided.kept else None


def test_rfc9449_10_1_a_proof_beside_a_pushed_request_binds_its_code() -> None:
    sender = proved(path="/par")
    assert pushed(sender) == (201, KEY.thumbprint)
    assert pushed(sender, {"dpop_jkt": KEY.thumbprint}) == (201, KEY.thumbprint)
    assert pushed(NOBODY, {"dpop_jkt": KEY.thumbprint}) == (201, KEY.thumbprint)
    assert pushed(NOBODY) == (201, None)
    assert pushed(sender, {"dpop_jkt": OTHER.thumbprint}) == (400, None)
    assert pushed(judge_proofs(PROVIDER, Sender("POST", "/par", ("a.b.c",)), NOW)) == (400, None)


def test_rfc9449_8_a_profile_may_demand_our_nonce() -> None:
    strict = replace(CLIENT, security_profile="fapi2", require_pushed_authorization_requests=True)
    without = by(code_request(client=strict), proved())
    assert (without.answer.status, without.answer.error, without.effects) == (400, "use_dpop_nonce", ())
    assert by(code_request(client=strict), proved(nonce=nonce_now(PROVIDER, NOW))).answer.status == 200
