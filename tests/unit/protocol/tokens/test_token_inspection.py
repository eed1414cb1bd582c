"""Introspection tells the owner and the resource server; revocation ends a token for its owner only."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from clients.model import Client, ClientId
from idp.audit.model import EventName, RecordEvent
from idp.grants.model import GrantState, RevokeAccessToken, RevokeGrant
from idp.kernel.ids import PersonId
from idp.protocol.answers import Decision
from idp.protocol.client_auth.authentication import Credentials
from idp.protocol.decider import ClientFacts
from idp.protocol.forms import parse_form
from idp.protocol.introspection import InspectionSnapshot, PresentedToken, decide_introspection, decide_revocation
from idp.protocol.provider import Provider
from idp.protocol.tokens.issued import AccessToken, issue_access_token, read_access_token
from idp.protocol.tokens.refresh import RefreshToken
from records.structs import replace
from tests.support.builders.protocol import (
    BANK,
    CLIENT,
    GRANT,
    HEAD,
    ISSUER,
    NOW,
    OLDER,
    PERSON,
    PREVIOUS,
    PROVIDER,
    STATE,
    form,
    inspection,
)

RESOURCE = "https://records.example/api"
PORTAL = replace(CLIENT, resource=RESOURCE)
RECORDS = replace(BANK, client_id=ClientId("records"), resource=RESOURCE)
PUBLIC = replace(CLIENT, token_endpoint_auth_method="none", secrets=())
INACTIVE = {"active": False}
Rule = Callable[[Provider, InspectionSnapshot], Decision]
BOTH = pytest.mark.parametrize("rule", [decide_introspection, decide_revocation])


def access(client: Client = CLIENT, *, own: bool = False) -> AccessToken:
    issued = issue_access_token(PROVIDER, client, ("openid",), NOW, None if own else GRANT)
    token = read_access_token(PROVIDER, issued.text, NOW)
    assert token is not None
    return token


def shown(token: AccessToken, state: GrantState | None = STATE, *, revoked: bool = False) -> PresentedToken:
    return PresentedToken(token, state, revoked)


REFRESH = PresentedToken(HEAD, STATE, token_revoked=False)


def introspect(presented: PresentedToken | None, client: Client = CLIENT) -> dict[str, object]:
    decision = decide_introspection(PROVIDER, inspection(presented, client=client))
    assert decision.answer.status == 200, decision.answer
    assert decision.effects == ()
    return dict(decision.answer.body or {})


def test_rfc7662_2_2_the_owner_learns_what_an_access_token_says() -> None:
    token = access()
    body = introspect(shown(token))
    assert body == {"active": True, "token_type": "Bearer", **token.claims.claims}
    assert (body["iss"], body["client_id"], body["scope"]) == (ISSUER, "portal", "openid")


def test_rfc7662_2_2_the_owner_learns_of_a_refresh_token_without_any_name_of_the_person() -> None:
    assert introspect(REFRESH) == {
        "active": True,
        "iss": ISSUER,
        "client_id": "portal",
        "scope": "openid profile",
        "exp": int(GRANT.expires_at.timestamp()),
        "iat": int(GRANT.created_at.timestamp()),
    }


def test_a_client_that_has_anothers_resource_learns_of_its_own_tokens() -> None:
    guest = replace(PORTAL, agency="H37", resource_agency="H26")
    assert introspect(shown(access(guest)), guest)["active"] is True


def test_rfc7662_4_the_resource_server_learns_of_tokens_made_for_it() -> None:
    assert introspect(shown(access(PORTAL)), RECORDS)["active"] is True


@pytest.mark.parametrize(
    ("presented", "client"),
    [
        (shown(access()), BANK),
        (shown(access()), RECORDS),
        (shown(access(PORTAL)), replace(RECORDS, resource="https://other.example/api")),
        (shown(access(PORTAL)), BANK),
        (shown(access(PORTAL)), replace(RECORDS, agency="H37", resource_agency="H26")),
        (shown(access(PORTAL)), replace(RECORDS, agency="H37")),
        (shown(access(PORTAL)), replace(RECORDS, stage="sandbox")),
        (shown(access(PORTAL)), replace(RECORDS, resource="https://records")),
        (REFRESH, BANK),
        (REFRESH, RECORDS),
    ],
)
def test_jw_11_nobody_else_learns_anything(presented: PresentedToken, client: Client) -> None:
    assert introspect(presented, client) == INACTIVE


def test_rfc8707_2_who_names_the_provider_as_its_resource_learns_nothing_of_others_tokens() -> None:
    """Every token with a resource names the provider too."""
    assert introspect(shown(access(PORTAL)), replace(RECORDS, resource=ISSUER)) == INACTIVE


@pytest.mark.parametrize(
    "presented",
    [
        None,
        shown(access(), replace(STATE, alive=False)),
        shown(access(), None),
        shown(access(), revoked=True),
        shown(access(own=True), None, revoked=True),
        PresentedToken(HEAD, replace(STATE, alive=False), token_revoked=False),
        PresentedToken(HEAD, replace(STATE, family=None), token_revoked=False),
        PresentedToken(HEAD, None, token_revoked=False),
        PresentedToken(PREVIOUS, STATE, token_revoked=False),
        PresentedToken(OLDER, STATE, token_revoked=False),
    ],
    ids=[
        "not ours",
        "dead grant",
        "no grant",
        "revoked",
        "own token, revoked",
        "refresh of dead grant",
        "refresh without family",
        "refresh without grant",
        "previous",
        "older",
    ],
)
def test_rfc7662_2_2_what_is_not_active_is_exactly_inactive(presented: PresentedToken | None) -> None:
    assert introspect(presented) == INACTIVE


def test_a_clients_own_token_is_active_without_any_grant() -> None:
    assert introspect(shown(access(own=True), None))["sub"] == "portal"


@pytest.mark.parametrize(("left", "active"), [(timedelta(seconds=1), True), (timedelta(0), False)])
def test_i24_tokens_are_inactive_at_their_very_end(left: timedelta, *, active: bool) -> None:
    at_end = NOW + timedelta(minutes=5) - left
    snapshot = replace(inspection(shown(access())), now=at_end)
    assert dict(decide_introspection(PROVIDER, snapshot).answer.body or {})["active"] is active
    ending = replace(STATE, grant=replace(GRANT, expires_at=NOW + left))
    assert introspect(PresentedToken(HEAD, ending, token_revoked=False))["active"] is active


def test_rfc7662_2_1_a_public_client_cannot_introspect() -> None:
    answer = decide_introspection(PROVIDER, inspection(shown(access()), client=PUBLIC)).answer
    assert (answer.status, answer.error) == (401, "invalid_client")


def test_rfc7009_2_1_revoking_an_access_token_ends_this_one() -> None:
    token = access()
    decision = decide_revocation(PROVIDER, inspection(shown(token)))
    assert (decision.answer.status, decision.answer.body) == (200, {})
    end, event = decision.effects
    assert end == RevokeAccessToken(jti=token.jti, at=NOW, expires_at=NOW + timedelta(minutes=5))
    assert isinstance(event, RecordEvent)
    assert (event.name, event.reason, event.person_id) == (EventName.TOKEN_REVOKED, "revoked_by_client", PERSON)


@pytest.mark.parametrize("token", [HEAD, PREVIOUS, OLDER])
def test_rfc7009_2_1_revoking_any_refresh_token_of_a_family_ends_the_grant(token: RefreshToken) -> None:
    decision = decide_revocation(PROVIDER, inspection(PresentedToken(token, STATE, token_revoked=False)))
    assert decision.answer.status == 200
    assert decision.effects[0] == RevokeGrant(
        grant_id=GRANT.id, person_id=PersonId(PERSON), at=NOW, reason="revoked_by_client"
    )
    assert isinstance(decision.effects[1], RecordEvent)


def test_rfc7009_5_a_public_client_may_revoke_its_own_token() -> None:
    decision = decide_revocation(PROVIDER, inspection(REFRESH, client=PUBLIC))
    assert [type(effect) for effect in decision.effects] == [RevokeGrant, RecordEvent]


@pytest.mark.parametrize("presented", [shown(access()), REFRESH])
def test_rfc7009_2_1_a_token_of_another_client_is_not_revoked(presented: PresentedToken) -> None:
    decision = decide_revocation(PROVIDER, inspection(presented, client=BANK))
    assert (decision.answer.status, decision.answer.error, decision.effects) == (400, "invalid_grant", ())


@pytest.mark.parametrize("presented", [None, PresentedToken(HEAD, None, token_revoked=False)], ids=["text", "no grant"])
def test_rfc7009_2_2_an_unknown_token_is_no_error(presented: PresentedToken | None) -> None:
    decision = decide_revocation(PROVIDER, inspection(presented))
    assert (decision.answer.status, decision.answer.body, decision.effects) == (200, {}, ())


def test_a_clients_own_token_is_revoked_by_it() -> None:
    decision = decide_revocation(PROVIDER, inspection(shown(access(own=True), None)))
    assert [type(effect) for effect in decision.effects] == [RevokeAccessToken, RecordEvent]


@BOTH
@pytest.mark.parametrize("name", ["token_type_hint", "token_type_hint ", " token_type_hint"])
@pytest.mark.parametrize("hint", ["refresh_token", "access_token", "unknown", "é", ""])
def test_rfc7009_2_2_1_a_hint_of_whatever_kind_changes_nothing(rule: Rule, name: str, hint: str) -> None:
    plain = rule(PROVIDER, inspection(REFRESH))
    hinted = rule(PROVIDER, inspection(REFRESH, {name: hint}))
    assert (hinted.answer, len(hinted.effects)) == (plain.answer, len(plain.effects))


@BOTH
@pytest.mark.parametrize("fields", [{}, {"token": ""}, {"Token": "x"}], ids=["absent", "empty", "another case"])
def test_rfc7009_2_1_a_request_without_a_token_is_malformed(rule: Rule, fields: dict[str, str]) -> None:
    decision = rule(PROVIDER, replace(inspection(None), form=form(**fields)))
    assert (decision.answer.status, decision.answer.error, decision.effects) == (400, "invalid_request", ())


@BOTH
def test_rfc6749_3_2_a_repeated_parameter_is_refused(rule: Rule) -> None:
    decision = rule(PROVIDER, replace(inspection(REFRESH), form=parse_form(b"token=a&token=b")))
    assert (decision.answer.status, decision.answer.error, decision.effects) == (400, "invalid_request", ())


@BOTH
def test_a_client_that_is_not_proven_learns_and_changes_nothing(rule: Rule) -> None:
    wrong = ClientFacts(Credentials("client_secret_basic", ClientId("portal"), "wrong"), CLIENT)
    decision = rule(PROVIDER, replace(inspection(REFRESH), facts=wrong))
    assert (decision.answer.status, decision.answer.error, decision.effects) == (401, "invalid_client", ())


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (decide_introspection, EventName.INTROSPECTION_REFUSED),
        (decide_revocation, EventName.REVOCATION_REFUSED),
    ],
)
def test_a_refusal_of_a_proven_client_is_noted_for_it(rule: Rule, name: EventName) -> None:
    (note,) = rule(PROVIDER, replace(inspection(None), form=form())).enqueued
    assert isinstance(note, RecordEvent)
    assert (note.name, note.client_id, note.reason, note.person_id) == (name, "portal", "invalid_request", None)
    assert rule(PROVIDER, inspection(REFRESH)).enqueued == ()


def test_a_token_of_another_is_noted_for_the_one_who_asks() -> None:
    (note,) = decide_revocation(PROVIDER, inspection(shown(access()), client=BANK)).enqueued
    assert isinstance(note, RecordEvent)
    assert (note.client_id, note.reason) == (BANK.client_id, "invalid_grant")


@BOTH
def test_whoever_only_names_a_client_leaves_no_note(rule: Rule) -> None:
    wrong = ClientFacts(Credentials("client_secret_basic", ClientId("portal"), "wrong"), CLIENT)
    assert rule(PROVIDER, replace(inspection(REFRESH), facts=wrong)).enqueued == ()
    assert rule(PROVIDER, replace(inspection(REFRESH, client=PUBLIC), form=form(client_id="portal"))).enqueued == ()
    assert rule(PROVIDER, replace(inspection(REFRESH), form=parse_form(b"token=a&token=b"))).enqueued == ()


@pytest.mark.parametrize("presented", [shown(access(PORTAL)), REFRESH])
def test_i7_no_token_of_a_disabled_client_is_active(presented: PresentedToken) -> None:
    # The resource server that asks is well; the client that the token was issued to is not.
    asking = RECORDS if isinstance(presented.token, AccessToken) else CLIENT
    assert introspect(presented, asking)["active"] is True
    assert introspect(replace(presented, owner_active=False), asking) == INACTIVE
