"""A signed assertion as a grant (RFC 7523 2.1): the client about itself, once, for this issuer, not for long."""

from datetime import timedelta

import pytest

from clients.model import JWT_BEARER, Client, ClientId
from idp.audit.model import EventName, RecordEvent
from idp.grants.model import ClaimOnce
from idp.protocol.answers import Decision
from idp.protocol.client_auth.authentication import read_credentials
from idp.protocol.client_auth.private_key_jwt import ASSERTION_TYPE
from idp.protocol.decider import ClientFacts
from idp.protocol.sender.shown import NOBODY, SenderFacts
from idp.protocol.token.endpoint import TokenSnapshot, decide_token
from idp.protocol.token.jwt_bearer import AssertionFacts
from records.structs import replace
from tests.support.builders.protocol import (
    CLIENT,
    CLIENT_KEY,
    ISSUER,
    NOW,
    ORIGIN,
    PROVIDER,
    SECRET,
    basic,
    claims_of,
    form,
    public_jwks,
)
from tests.support.builders.services import RECORDS, RECORDS_API, known
from tests.unit.protocol.client_auth.test_client_assertions import GOOD, STAMP, signed

JWKS = public_jwks(CLIENT_KEY)
SERVICE = replace(
    CLIENT,
    grant_types=(JWT_BEARER,),
    token_endpoint_auth_method="private_key_jwt",
    jwks=JWKS,
    secrets=(),
    agency="H55",
    api_access={"records": "records.read"},
)
REGISTRY = known(SERVICE, RECORDS_API)


def decide(
    assertion: str | None = None,
    client: Client | None = SERVICE,
    authorization: str | None = None,
    sender: SenderFacts = NOBODY,
    **fields: str,
) -> Decision:
    """Return the decision on an assertion; the client is the one that it says it is from."""
    text = signed(GOOD) if assertion is None else assertion
    parameters = form(**{"grant_type": JWT_BEARER, "assertion": text} | fields)
    credentials = read_credentials(parameters, authorization)
    facts = ClientFacts(credentials, client if credentials.client_id else None, sender=sender)
    loaded = AssertionFacts(REGISTRY, client, JWKS)
    return decide_token(PROVIDER, TokenSnapshot(parameters, facts, loaded, ORIGIN, NOW))


def refused(decision: Decision) -> tuple[int, str | None]:
    assert decision.effects == ()
    return decision.answer.status, decision.answer.error


def test_rfc7523_2_1_the_clients_own_assertion_gives_a_token_of_its_own() -> None:
    decision = decide(scope="records.read")
    body = dict(decision.answer.body or {})
    assert decision.answer.status == 200
    assert set(body) == {"access_token", "token_type", "expires_in", "scope"}
    claims = claims_of(body["access_token"])
    assert (claims["sub"], claims["client_id"], claims["aud"]) == ("portal", "portal", RECORDS)


def test_rfc7523_3_the_jti_is_claimed_with_the_token_and_serves_once_as_assertions_of_clients_do() -> None:
    decision = decide()
    hashed = PROVIDER.token_hash.digest("portal|jti-1")
    remembered = NOW + timedelta(seconds=60 + 10 + 1)
    assert decision.effects == (ClaimOnce(purpose="client_assertion", value_hash=hashed, expires_at=remembered),)
    assert decision.when_late is not None
    assert refused(decision.when_late) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "claims",
    [
        {**GOOD, "sub": "somebody-else"},
        {**GOOD, "sub": "person-1"},
        {**GOOD, "iss": "somebody-else"},
        {**GOOD, "aud": f"{ISSUER}/token"},
        {**GOOD, "aud": [ISSUER]},
        {**GOOD, "aud": "https://another.example"},
        {**GOOD, "exp": STAMP - 11},
        {**GOOD, "exp": STAMP + 601},
        {**GOOD, "iat": STAMP + 60},
        {**GOOD, "jti": ""},
        {name: value for name, value in GOOD.items() if name != "jti"},
        {name: value for name, value in GOOD.items() if name != "exp"},
    ],
)
def test_rfc7523_3_1_one_wrong_claim_is_an_invalid_grant(claims: dict[str, object]) -> None:
    assert refused(decide(signed(claims))) == (400, "invalid_grant")


def test_rfc7523_3_1_an_unknown_a_stopped_and_a_keyless_client_look_alike() -> None:
    keyless = replace(SERVICE, token_endpoint_auth_method="client_secret_basic")
    answers = [decide(client=one).answer for one in (None, replace(SERVICE, disabled_at=NOW), keyless)]
    answers.append(decide("a.b.c").answer)
    assert {answer.error for answer in answers} == {"invalid_grant"}
    assert len({answer.description for answer in answers}) == 1


def test_rfc6749_5_2_a_client_without_the_grant_is_refused_once_it_has_proven_itself() -> None:
    plain = replace(SERVICE, grant_types=("client_credentials",))
    assert refused(decide(client=plain)) == (400, "unauthorized_client")
    assert refused(decide(signed({**GOOD, "sub": "x"}), client=plain)) == (400, "invalid_grant")


def test_rfc6749_2_3_no_other_credentials_go_with_it() -> None:
    shown = [
        decide(authorization=basic(ClientId("portal"), SECRET)),
        decide(client_id="portal", client_secret=SECRET),
        decide(client_assertion=signed(GOOD), client_assertion_type=ASSERTION_TYPE),
    ]
    assert {refused(one) for one in shown} == {(400, "invalid_request")}


def test_rfc7523_2_1_a_client_id_is_the_assertions_or_left_out() -> None:
    assert decide(client_id="portal").answer.status == 200
    assert refused(decide(client_id="bank")) == (400, "invalid_request")


def test_rfc7523_2_1_without_an_assertion_there_is_nothing_to_decide_on() -> None:
    assert refused(decide("")) == (400, "invalid_request")


def test_what_was_not_granted_is_refused_and_the_assertion_stays_unused() -> None:
    decision = decide(scope="records.write")
    assert refused(decision) == (400, "invalid_scope")
    (note,) = decision.enqueued
    assert isinstance(note, RecordEvent)
    assert (note.name, note.client_id) == (EventName.TOKEN_REFUSED, "portal")


def test_rfc9449_5_a_token_asked_for_with_a_proof_is_bound_and_who_must_prove_a_key_does() -> None:
    proved = decide(sender=SenderFacts(jkt="key"))
    assert claims_of((proved.answer.body or {})["access_token"])["cnf"] == {"jkt": "key"}
    must = replace(SERVICE, dpop_bound_access_tokens=True)
    assert refused(decide(client=must)) == (400, "invalid_dpop_proof")
    assert decide(client=must, sender=SenderFacts(jkt="key")).answer.status == 200
