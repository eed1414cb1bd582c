"""Token exchange (RFC 8693): an API carries a person's token on, named as the actor, to one API, never wider."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.model import TOKEN_EXCHANGE, Client, ClientId
from idp.audit.model import EventName, RecordEvent
from idp.grants.model import Grant, GrantState
from idp.protocol.answers import Decision
from idp.protocol.extensions.acting_claims import ActingRecord, AssistedBy, seal_acting
from idp.protocol.policy import SCOPES
from idp.protocol.resources import KEPT_SCOPES
from idp.protocol.sender.shown import NOBODY, SenderFacts
from idp.protocol.token.endpoint import TokenSnapshot, decide_token
from idp.protocol.token.exchange import ACCESS_TOKEN, NOTHING_SHOWN, ExchangeFacts
from idp.protocol.tokens.bearer import ShownToken
from idp.protocol.tokens.delegated import MOST_ACTORS, any_stopped, client_actors
from idp.protocol.tokens.issued import AccessToken, issue_access_token, read_access_token
from idp.protocol.tokens.kinds import ACCESS_TOKEN_TYPE
from records.structs import replace
from tests.support.builders.protocol import (
    AS_IT_IS,
    GRANT,
    ISSUER,
    NOW,
    ORIGIN,
    PROVIDER,
    STATE,
    claims_of,
    facts_of,
    form,
)
from tests.support.builders.services import (
    ARCHIVE,
    ARCHIVE_API,
    DOSSIERS,
    DOSSIERS_API,
    EVERYBODY,
    PORTAL,
    RECORDS,
    RECORDS_API,
    known,
)

SOON = timedelta(minutes=1)
ALIVE = replace(STATE, grant=replace(GRANT, scope=("openid", "profile", "email")))


def subject(scope: tuple[str, ...] = ("openid", "profile"), client: Client = PORTAL, grant: Grant = ALIVE.grant) -> str:
    """Return the portal's token of a person, as its API is shown it."""
    return issue_access_token(PROVIDER, client, scope, NOW, grant).text


def shown(text: str, state: GrantState | None = ALIVE, registry: Mapping[ClientId, Client] = EVERYBODY) -> ShownToken:
    """Return what the reader of tokens makes of a text (idp.oauth.shown_tokens)."""
    token = read_access_token(PROVIDER, text, NOW)
    if token is None:
        return NOTHING_SHOWN
    carried = bool(client_actors(token))
    owner = state.grant.client_id if state and carried else token.client_id
    state = state if token.grant_id else None
    return ShownToken(token, state, registry.get(owner), stopped=carried and any_stopped(token, registry))


def exchange(
    text: str,
    client: Client = DOSSIERS_API,
    *,
    state: GrantState | None = ALIVE,
    registry: Mapping[ClientId, Client] = EVERYBODY,
    actor: str | None = None,
    actor_revoked: bool = False,
    after: timedelta = SOON,
    audience: str = "",
    resource: str = "",
    scope: str = "",
    sender: SenderFacts = NOBODY,
    changed: Mapping[str, str] = AS_IT_IS,
) -> Decision:
    """Return the decision on an exchange; a field changed to "" is left out."""
    sent = {"grant_type": TOKEN_EXCHANGE, "subject_token": text, "subject_token_type": ACCESS_TOKEN}
    if actor is not None:
        sent |= {"actor_token": actor, "actor_token_type": ACCESS_TOKEN}
    acting = replace(shown(actor, None, registry), revoked=actor_revoked) if actor else NOTHING_SHOWN
    facts = ExchangeFacts(shown(text, state, registry), acting, registry)
    sent |= {"audience": audience, "resource": resource, "scope": scope, **changed}
    return decide_token(
        PROVIDER, TokenSnapshot(form(**sent), replace(facts_of(client), sender=sender), facts, ORIGIN, NOW + after)
    )


def body_of(decision: Decision) -> dict[str, object]:
    assert decision.answer.status == 200, decision.answer.body
    return dict(decision.answer.body or {})


def refused(decision: Decision) -> str:
    assert decision.answer.status == 400, decision.answer.body
    assert decision.effects == ()
    return str(decision.answer.error)


def token_of(decision: Decision) -> AccessToken:
    token = read_access_token(PROVIDER, str(body_of(decision)["access_token"]), NOW)
    assert token is not None
    return token


def test_rfc8693_2_2_1_the_answer_names_the_type_of_what_was_issued() -> None:
    body = body_of(exchange(subject()))
    assert body["issued_token_type"] == ACCESS_TOKEN
    assert (body["token_type"], body["scope"]) == ("Bearer", "openid profile")
    assert "refresh_token" not in body
    assert "id_token" not in body


def test_rfc8693_4_1_the_person_stays_the_subject_and_the_api_is_the_actor() -> None:
    text = subject()
    before, after = claims_of(text), claims_of(body_of(exchange(text))["access_token"])
    assert after["sub"] == before["sub"]
    assert after["act"] == {"sub": "dossiers", "client_id": "dossiers"}
    assert (after["client_id"], after["acr"], after["amr"]) == ("dossiers", before["acr"], before["amr"])


def test_rfc8693_4_1_actors_nest_the_latest_outside() -> None:
    first = str(body_of(exchange(subject()))["access_token"])
    second = claims_of(body_of(exchange(first, RECORDS_API, audience="archive"))["access_token"])
    inner = {"sub": "dossiers", "client_id": "dossiers"}
    assert second["act"] == {"sub": "records", "client_id": "records", "act": inner}


def test_rfc8693_4_1_an_officer_who_assists_stays_the_first_actor() -> None:
    assisted = AssistedBy(person_id=GRANT.person_id, agency="H55", post="Một cửa")
    grant = replace(ALIVE.grant, acting_sealed=seal_acting(PROVIDER.sealer, ActingRecord(assisted_by=assisted)))
    text = subject(grant=grant)
    act = claims_of(body_of(exchange(text, state=replace(ALIVE, grant=grant)))["access_token"])["act"]
    assert isinstance(act, dict)
    assert act["act"] == claims_of(text)["act"]


def test_the_exchange_is_written_before_the_token_leaves() -> None:
    (event,) = exchange(subject()).effects
    assert isinstance(event, RecordEvent)
    assert (event.name, event.client_id, event.person_id) == (EventName.TOKEN_EXCHANGED, "dossiers", GRANT.person_id)
    assert (event.details["grant"], event.details["audience"]) == (GRANT.id, RECORDS)


def test_rfc8693_2_1_the_subject_token_is_one_that_the_asking_client_is_an_audience_of() -> None:
    for other in (RECORDS_API, ARCHIVE_API):
        assert refused(exchange(subject(), other, audience="dossiers")) == "invalid_request"
    assert exchange(subject()).answer.status == 200


def test_a_client_that_names_a_resource_of_another_agency_is_no_server_of_it() -> None:
    pretender = replace(DOSSIERS_API, agency="G09")
    assert refused(exchange(subject(), pretender)) == "invalid_request"


def test_everybody_who_is_an_audience_by_the_providers_name_alone_is_refused() -> None:
    """Every token of a sign-in is for this provider too."""
    rogue = replace(DOSSIERS_API, resource=ISSUER)
    assert refused(exchange(subject(), rogue)) == "invalid_request"


@pytest.mark.parametrize(
    "state",
    [
        None,
        replace(ALIVE, alive=False),
        replace(ALIVE, token_revoked=True),
        replace(ALIVE, grant=replace(ALIVE.grant, client_id=ClientId("another"))),
    ],
    ids=["unknown", "ended", "revoked", "another client's"],
)
def test_rfc8693_2_2_2_a_subject_token_that_does_not_stand_is_an_invalid_request(state: GrantState | None) -> None:
    assert refused(exchange(subject(), state=state)) == "invalid_request"


def test_rfc8693_2_2_2_a_token_that_is_over_or_none_of_ours_is_an_invalid_request() -> None:
    assert refused(exchange(subject(), after=timedelta(minutes=5))) == "invalid_request"
    assert refused(exchange("a.b.c")) == "invalid_request"


def test_a_clients_own_token_speaks_for_no_person_and_is_not_carried_on() -> None:
    own = issue_access_token(PROVIDER, PORTAL, ("records:read",), NOW, None).text
    assert refused(exchange(own, state=None)) == "invalid_request"


@pytest.mark.parametrize("stopped", ["portal", "dossiers"])
def test_whoever_is_stopped_on_the_way_ends_what_came_of_it(stopped: str) -> None:
    first = str(body_of(exchange(subject()))["access_token"])
    assert exchange(first, RECORDS_API, audience="archive").answer.status == 200
    registry = known(*EVERYBODY.values(), replace(EVERYBODY[ClientId(stopped)], disabled_at=NOW))
    assert refused(exchange(first, RECORDS_API, registry=registry, audience="archive")) == "invalid_request"


@pytest.mark.parametrize("missing", ["subject_token", "subject_token_type"])
def test_rfc8693_2_1_what_is_required_is_required(missing: str) -> None:
    assert refused(exchange(subject(), changed={missing: ""})) == "invalid_request"


@pytest.mark.parametrize("name", ["subject_token_type", "requested_token_type"])
@pytest.mark.parametrize("kind", ["jwt", "refresh_token", "id_token", "saml2"])
def test_rfc8693_3_access_tokens_go_in_and_come_out(name: str, kind: str) -> None:
    assert refused(exchange(subject(), changed={name: f"urn:ietf:params:oauth:token-type:{kind}"})) == "invalid_request"
    assert exchange(subject(), changed={name: ACCESS_TOKEN}).answer.status == 200


@pytest.mark.parametrize("alone", [{"actor_token": "x"}, {"actor_token_type": ACCESS_TOKEN}])
def test_rfc8693_2_1_an_actor_token_and_its_type_belong_together(alone: dict[str, str]) -> None:
    assert refused(exchange(subject(), changed=alone)) == "invalid_request"


def own(client: Client) -> str:
    return issue_access_token(PROVIDER, client, (), NOW, None).text


def test_rfc8693_1_1_who_asks_is_who_acts_whatever_actor_token_is_shown() -> None:
    assert claims_of(body_of(exchange(subject(), actor=own(DOSSIERS_API)))["access_token"])["act"] == {
        "sub": "dossiers",
        "client_id": "dossiers",
    }
    for actor in (own(RECORDS_API), subject(), "a.b.c"):
        assert refused(exchange(subject(), actor=actor)) == "invalid_request"
    assert refused(exchange(subject(), actor=own(DOSSIERS_API), actor_revoked=True)) == "invalid_request"


@pytest.mark.parametrize(
    "fields",
    [
        {"audience": "archive"},
        {"resource": ARCHIVE},
        {"audience": "records", "resource": ARCHIVE},
        {"audience": ISSUER},
    ],
)
def test_rfc8693_2_2_2_an_audience_that_was_not_granted_is_an_invalid_target(fields: dict[str, str]) -> None:
    assert refused(exchange(subject(), changed=fields)) == "invalid_target"


@pytest.mark.parametrize("fields", [{}, {"audience": "records"}, {"audience": RECORDS}, {"resource": RECORDS}])
def test_rfc8693_2_1_the_granted_audience_has_its_two_names(fields: dict[str, str]) -> None:
    assert claims_of(body_of(exchange(subject(("openid",)), changed=fields))["access_token"])["aud"] == [
        ISSUER,
        RECORDS,
    ]


def test_of_several_granted_audiences_one_must_be_named() -> None:
    client = replace(DOSSIERS_API, exchange_apis=("records", "archive"))
    registry = known(*EVERYBODY.values(), client)
    assert refused(exchange(subject(), client, registry=registry)) == "invalid_target"
    assert exchange(subject(), client, registry=registry, resource=ARCHIVE).answer.status == 200


@pytest.mark.parametrize(
    "api",
    [replace(RECORDS_API, disabled_at=NOW), replace(RECORDS_API, resource_agency="G09")],
    ids=["stopped", "taken"],
)
def test_an_audience_counts_only_while_its_api_stands(api: Client) -> None:
    assert refused(exchange(subject(), registry=known(*EVERYBODY.values(), api))) == "invalid_target"


def test_a_client_without_the_grant_or_without_authentication_is_refused() -> None:
    plain = replace(DOSSIERS_API, grant_types=("client_credentials",))
    assert refused(exchange(subject(), plain)) == "unauthorized_client"
    public = replace(DOSSIERS_API, token_endpoint_auth_method="none", secrets=())
    answer = exchange(subject(), public).answer
    assert (answer.status, answer.error) == (401, "invalid_client")


def test_rfc8693_2_1_the_scope_is_a_part_of_what_was_shown() -> None:
    assert body_of(exchange(subject(), scope="profile"))["scope"] == "profile"
    for more in ("email", "openid email", "records.read"):
        assert refused(exchange(subject(), scope=more)) == "invalid_scope"


@pytest.mark.parametrize("kept", sorted(KEPT_SCOPES))
def test_what_is_governed_and_what_outlives_the_session_is_never_carried_on(kept: str) -> None:
    text = subject(("openid", kept))
    assert body_of(exchange(text))["scope"] == "openid"
    assert refused(exchange(text, scope=f"openid {kept}")) == "invalid_scope"


def test_rfc9068_4_this_provider_is_an_audience_only_for_its_own_scopes() -> None:
    text = subject(("openid", "profile"))
    assert token_of(exchange(text, scope="openid")).audience == (ISSUER, RECORDS)
    only = subject(("records:read",))
    narrow = token_of(exchange(only))
    assert narrow.audience == (RECORDS,)


def test_what_this_provider_is_no_audience_of_does_not_become_its_own() -> None:
    narrow = claims_of(body_of(exchange(subject(("openid",))))["access_token"])
    text = PROVIDER.signer.sign({**narrow, "aud": RECORDS}, algorithm="ES256", typ=ACCESS_TOKEN_TYPE, now=NOW)
    assert token_of(exchange(text, RECORDS_API, audience="archive")).audience == (ARCHIVE,)


def test_a_token_that_is_bound_becomes_none_that_anybody_may_show() -> None:
    bound = {**claims_of(subject()), "cnf": {"jkt": "the-portals-key"}}
    text = PROVIDER.signer.sign(bound, algorithm="ES256", typ=ACCESS_TOKEN_TYPE, now=NOW)
    assert refused(exchange(text)) == "invalid_request"
    proved = body_of(exchange(text, sender=SenderFacts(jkt="the-apis-key")))
    assert proved["token_type"] == "DPoP"
    assert claims_of(proved["access_token"])["cnf"] == {"jkt": "the-apis-key"}


def test_rfc9449_5_what_is_asked_for_with_a_proof_is_bound_to_its_key() -> None:
    proved = body_of(exchange(subject(), sender=SenderFacts(jkt="the-apis-key")))
    assert claims_of(proved["access_token"])["cnf"] == {"jkt": "the-apis-key"}
    assert "cnf" not in claims_of(body_of(exchange(subject()))["access_token"])


def test_it_ends_no_later_than_the_token_that_was_shown_and_its_grant() -> None:
    text = subject()
    assert token_of(exchange(text, after=timedelta(minutes=4))).expires_at == claims_of(text)["exp"]
    short = replace(ALIVE, grant=replace(ALIVE.grant, expires_at=NOW + timedelta(minutes=3)))
    text = subject(grant=short.grant)
    assert token_of(exchange(text, state=short)).expires_at == int((NOW + timedelta(minutes=3)).timestamp())


def test_rfc8693_4_1_the_chain_of_actors_is_bounded() -> None:
    text, turn = subject(), [(DOSSIERS_API, "records"), (RECORDS_API, "dossiers")] * MOST_ACTORS
    for client, to in turn[:MOST_ACTORS]:
        text = str(body_of(exchange(text, client, audience=to))["access_token"])
    client, to = turn[MOST_ACTORS]
    assert refused(exchange(text, client, audience=to)) == "invalid_request"


_SOME_SCOPES = sorted({*SCOPES, "records:read"})
_BY_RESOURCE = {DOSSIERS: DOSSIERS_API, RECORDS: RECORDS_API, ARCHIVE: ARCHIVE_API}


@given(
    scope=st.lists(st.sampled_from(_SOME_SCOPES), unique=True).map(tuple),
    steps=st.lists(
        st.tuples(
            st.integers(0, 2),
            st.none() | st.lists(st.sampled_from(_SOME_SCOPES), unique=True, max_size=3),
            st.integers(0, 290),
        ),
        max_size=MOST_ACTORS + 1,
    ),
)
def test_an_exchanged_token_is_never_wider_than_its_subject(
    scope: tuple[str, ...], steps: list[tuple[int, list[str] | None, int]]
) -> None:
    """Over chains: person, sign-in, scope, provider as an audience, end and actors never grow but by the asking API."""
    text, asking = subject(scope), DOSSIERS_API
    for place, wanted, seconds in steps:
        to = (*asking.exchange_apis, "portal")[place % (len(asking.exchange_apis) + 1)]
        fields = {} if wanted is None else {"scope": " ".join(wanted)}
        decision = exchange(text, asking, audience=to, after=timedelta(seconds=seconds), changed=fields)
        if decision.answer.error is not None:
            continue
        before, after = read_access_token(PROVIDER, text, NOW), token_of(decision)
        assert before is not None
        assert set(after.scope) <= set(before.scope) - KEPT_SCOPES
        granted = {EVERYBODY[ClientId(one)].audience for one in asking.exchange_apis}
        ours = {ISSUER} & set(before.audience)
        assert set(after.audience) - ours <= granted
        assert len(set(after.audience) - {ISSUER}) == 1
        assert after.expires_at <= before.expires_at
        assert client_actors(after) == (asking.client_id, *client_actors(before))
        said, gets = before.claims.claims, after.claims.claims
        assert all(gets[name] == said[name] for name in ("sub", "acr", "amr", "iss"))
        assert set(gets) <= {*said, "act"}
        assert after.grant_id == before.grant_id
        (reached,) = set(after.audience) - {ISSUER}
        text, asking = str(body_of(decision)["access_token"]), _BY_RESOURCE[reached]


def test_the_chains_of_the_invariant_are_not_all_refused() -> None:
    """The positive twin: each API reaches each that it was granted, from a token that was carried on before."""
    first = str(body_of(exchange(subject()))["access_token"])
    reached = [exchange(first, RECORDS_API, audience=to).answer.status for to in RECORDS_API.exchange_apis]
    assert reached == [200, 200]
