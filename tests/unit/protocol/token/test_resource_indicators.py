"""For which API a token of a person is (RFC 8707 2.2): one that was agreed to, never a wider one."""

from collections.abc import Mapping
from urllib.parse import urlencode

import orjson
import pytest

from clients.model import Client, ClientId
from idp.delegation.model import MandateKind, PrincipalKind
from idp.grants.model import GrantState, StartGrant
from idp.protocol.answers import Decision
from idp.protocol.extensions.acting_claims import ActingFor, ActingRecord, seal_acting
from idp.protocol.forms import parse_form
from idp.protocol.introspection import PresentedToken, decide_introspection
from idp.protocol.token.authorization_code import CodeFacts
from idp.protocol.token.endpoint import TokenSnapshot, decide_token
from idp.protocol.token.refresh_token import RefreshFacts
from idp.protocol.tokens.bearer import is_for_provider_alone
from idp.protocol.tokens.issued import read_access_token
from idp.protocol.userinfo import UserinfoSnapshot, decide_userinfo
from records.structs import replace
from tests.support.builders.protocol import (
    CODE,
    GRANT,
    HEAD,
    ISSUER,
    NOW,
    PROVIDER,
    STATE,
    claims_of,
    code_request,
    inspection,
    refresh_request,
)
from tests.support.builders.services import (
    ARCHIVE,
    ARCHIVE_API,
    DOSSIERS,
    PORTAL,
    RECORDS,
    RECORDS_API,
    known,
)

GOVERNED = ("openid", "profile", "national_id", "offline_access")
GIVEN = replace(
    PORTAL,
    api_access={"records": "records.read", "archive": "archive.read"},
    scope=(*PORTAL.scope, "national_id"),
    governed_claims=("national_id",),
)
REGISTRY = known(GIVEN, RECORDS_API, ARCHIVE_API)


def redeemed(
    agreed: tuple[str, ...],
    *asked: str,
    scope: tuple[str, ...] = ("openid", "profile"),
    registry: Mapping[ClientId, Client] = REGISTRY,
    client: Client = GIVEN,
) -> Decision:
    """Return the redemption of a code that is for some resources, which names others."""
    snapshot = code_request(client=client, code=replace(CODE, resources=agreed, scope=scope))
    assert isinstance(snapshot.facts_of_grant, CodeFacts)
    presented = replace(snapshot.facts_of_grant, clients=registry)
    return decide_token(PROVIDER, _naming(replace(snapshot, facts_of_grant=presented), asked))


def refreshed(
    agreed: tuple[str, ...], *asked: str, registry: Mapping[ClientId, Client] = REGISTRY, **more: str
) -> Decision:
    """Return a refresh of a grant that is for some resources."""
    state: GrantState = replace(STATE, grant=replace(GRANT, resources=agreed, scope=GOVERNED))
    snapshot = refresh_request(HEAD.text, more, client=GIVEN, state=state)
    assert isinstance(snapshot.facts_of_grant, RefreshFacts)
    presented = replace(snapshot.facts_of_grant, clients=registry)
    return decide_token(PROVIDER, _naming(replace(snapshot, facts_of_grant=presented), asked))


def _naming(snapshot: TokenSnapshot, resources: tuple[str, ...]) -> TokenSnapshot:
    pairs = [*snapshot.form.data.items(), *(("resource", one) for one in resources)]
    return replace(snapshot, form=parse_form(urlencode(pairs).encode()))


def granted(decision: Decision) -> tuple[object, str]:
    """Return audience and scope of the token; the answer tells the same scope (RFC 6749 5.1)."""
    assert decision.answer.status == 200, decision.answer.body
    claims = claims_of((decision.answer.body or {})["access_token"])
    assert (decision.answer.body or {}).get("scope") == claims.get("scope")
    return claims["aud"], str(claims.get("scope", ""))


def refused(decision: Decision) -> tuple[int, str | None]:
    assert not decision.effects
    return decision.answer.status, decision.answer.error


def test_rfc8707_2_2_the_token_is_for_the_one_resource_that_was_agreed_to() -> None:
    assert granted(redeemed((RECORDS,))) == ([ISSUER, RECORDS], "openid profile")
    assert granted(redeemed((DOSSIERS,))) == ([ISSUER, DOSSIERS], "openid profile")
    assert granted(redeemed((ISSUER,))) == (ISSUER, "openid profile")


def test_rfc8707_2_2_of_several_the_token_request_names_one() -> None:
    assert granted(redeemed((RECORDS, ARCHIVE), ARCHIVE)) == ([ISSUER, ARCHIVE], "openid profile")
    assert granted(redeemed((RECORDS, ARCHIVE), RECORDS, RECORDS)) == ([ISSUER, RECORDS], "openid profile")
    assert refused(redeemed((RECORDS, ARCHIVE))) == (400, "invalid_target")
    assert refused(redeemed((RECORDS, ARCHIVE), RECORDS, ARCHIVE)) == (400, "invalid_target")


@pytest.mark.parametrize("asked", [ARCHIVE, DOSSIERS, ISSUER, "https://unknown.example/", f"{RECORDS}#x", "x", " "])
def test_rfc8707_2_2_a_token_request_never_widens(asked: str) -> None:
    assert refused(redeemed((RECORDS,), asked)) == (400, "invalid_target")
    assert refused(refreshed((RECORDS,), asked)) == (400, "invalid_target")


def test_a_grant_without_a_resource_has_what_it_always_had_or_a_part_of_it() -> None:
    assert granted(redeemed(())) == ([ISSUER, DOSSIERS], "openid profile")
    assert granted(redeemed((), DOSSIERS)) == ([ISSUER, DOSSIERS], "openid profile")
    assert granted(redeemed((), ISSUER)) == (ISSUER, "openid profile")
    assert refused(redeemed((), RECORDS)) == (400, "invalid_target")


def test_the_grant_keeps_what_was_agreed_to() -> None:
    decision = redeemed((RECORDS, ARCHIVE), ARCHIVE)
    started = [effect for effect in decision.effects if isinstance(effect, StartGrant)]
    assert [one.grant.resources for one in started] == [(RECORDS, ARCHIVE)]


def test_rfc8707_2_2_each_refresh_chooses_anew() -> None:
    for resource in (RECORDS, ARCHIVE):
        assert granted(refreshed((RECORDS, ARCHIVE), resource))[0] == [ISSUER, resource]
    assert refused(refreshed((RECORDS, ARCHIVE))) == (400, "invalid_target")


def test_what_is_the_clients_to_know_does_not_go_to_an_api_of_others() -> None:
    assert granted(refreshed((RECORDS,))) == ([ISSUER, RECORDS], "openid profile")
    assert granted(refreshed((DOSSIERS,))) == ([ISSUER, DOSSIERS], " ".join(GOVERNED))
    assert granted(refreshed((ISSUER,))) == (ISSUER, " ".join(GOVERNED))


def test_rfc8707_2_the_provider_is_an_audience_only_of_scopes_that_it_serves() -> None:
    assert granted(redeemed((RECORDS,), scope=("national_id", "offline_access"))) == (RECORDS, "")


def test_rfc6749_6_a_refresh_narrows_the_scope_beside_the_resource() -> None:
    assert granted(refreshed((RECORDS,), scope="openid")) == ([ISSUER, RECORDS], "openid")


@pytest.mark.parametrize(
    "registry",
    [
        known(GIVEN),
        known(GIVEN, replace(RECORDS_API, disabled_at=NOW)),
        known(GIVEN, replace(RECORDS_API, resource_agency="G09")),
    ],
)
def test_an_api_that_stands_no_more_gets_no_more_tokens(registry: Mapping[ClientId, Client]) -> None:
    assert refused(refreshed((RECORDS,), registry=registry)) == (400, "invalid_target")
    assert refused(redeemed((RECORDS,), registry=registry)) == (400, "invalid_target")


def test_rfc6749_3_2_no_other_parameter_of_a_token_request_is_repeated() -> None:
    snapshot = code_request(client=GIVEN, code=replace(CODE, resources=(RECORDS,)))
    pairs = [*snapshot.form.data.items(), ("code", "another")]
    twice = replace(snapshot, form=parse_form(urlencode(pairs).encode()))
    assert refused(decide_token(PROVIDER, twice)) == (400, "invalid_request")


def token_for(agreed: tuple[str, ...], scope: tuple[str, ...] = ("openid", "profile")) -> str:
    return str((redeemed(agreed, scope=scope).answer.body or {})["access_token"])


def told(text: str, claims: tuple[str, ...]) -> dict[str, object]:
    state = replace(STATE, grant=replace(GRANT, claims=claims))
    shown = UserinfoSnapshot(read_access_token(PROVIDER, text, NOW), state, GIVEN, NOW)
    answer = decide_userinfo(PROVIDER, shown)
    assert answer.status == 200
    return dict(answer.body or {})


def test_what_was_released_by_name_stays_with_the_client() -> None:
    claims = ("u:email", "u:phone_number")
    assert told(token_for((DOSSIERS,)), claims).keys() >= {"email", "phone_number", "name"}
    carried = told(token_for((RECORDS,)), claims)
    assert "name" in carried
    assert carried.keys().isdisjoint({"email", "phone_number"})


def test_rfc7662_4_the_api_alone_is_told_of_the_token() -> None:
    token = read_access_token(PROVIDER, token_for((RECORDS,)), NOW)
    assert token is not None
    presented = PresentedToken(token, STATE, token_revoked=False)
    for asker, active in ((RECORDS_API, True), (ARCHIVE_API, False), (GIVEN, True)):
        answer = decide_introspection(PROVIDER, inspection(presented, client=asker)).answer
        assert (answer.body or {})["active"] is active


def test_rfc9068_4_a_token_for_an_api_of_others_is_not_for_the_provider_alone() -> None:
    for resource, alone in ((RECORDS, False), (DOSSIERS, False), (ISSUER, True)):
        token = read_access_token(PROVIDER, token_for((resource,)), NOW)
        assert token is not None
        assert is_for_provider_alone(PROVIDER, token) is alone


def test_a_households_code_that_is_a_personal_number_is_not_told_to_an_api_of_others() -> None:
    household = ActingFor(
        id="hh",
        type=PrincipalKind.ORGANISATION,
        kind=MandateKind.REPRESENTATIVE,
        name="Hộ Hòa",
        code="001899000001",
        powers=(),
    )
    sealed = seal_acting(PROVIDER.sealer, ActingRecord(acting_for=household))
    for agreed, tells in (((DOSSIERS,), True), ((RECORDS,), False)):
        snapshot = code_request(client=GIVEN, code=replace(CODE, resources=agreed, acting_sealed=sealed))
        assert isinstance(snapshot.facts_of_grant, CodeFacts)
        presented = replace(snapshot.facts_of_grant, clients=REGISTRY)
        body = decide_token(PROVIDER, replace(snapshot, facts_of_grant=presented)).answer.body or {}
        said = orjson.dumps(claims_of(body["access_token"])).decode()
        assert ("001899000001" in said) is tells
        assert "Hộ Hòa" in said
