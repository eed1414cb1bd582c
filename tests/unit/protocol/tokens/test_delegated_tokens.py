"""A token that was carried on (RFC 8693), where it is shown: worth as much as its sign-in, and as all on the way."""

from collections.abc import Mapping
from datetime import datetime

import pytest

from clients.model import Client, ClientId
from idp.delegation.model import MandateKind, PrincipalKind
from idp.grants.model import Grant, GrantLife, GrantState
from idp.kernel.ids import GrantId
from idp.oauth.shown_tokens import TokenReader
from idp.protocol.extensions.acting_claims import ActingFor, ActingRecord, seal_acting
from idp.protocol.introspection import PresentedToken, decide_introspection, decide_revocation
from idp.protocol.tokens.bearer import ActiveToken, OwnToken
from idp.protocol.tokens.delegated import active_here, any_stopped, client_actors, issue_delegated_token
from idp.protocol.tokens.issued import AccessToken, issue_access_token, read_access_token
from idp.protocol.tokens.kinds import ACCESS_TOKEN_TYPE
from idp.protocol.userinfo import UserinfoSnapshot, decide_userinfo
from records.structs import replace
from tests.support.builders.protocol import GRANT, ISSUER, NOW, PROVIDER, STATE, claims_of, inspection
from tests.support.builders.services import ARCHIVE_API, DOSSIERS_API, EVERYBODY, PORTAL, RECORDS, RECORDS_API, known


class OneGrant:
    """A store with one grant. Implements `GrantReader`."""

    def __init__(self, state: GrantState = STATE, *, revoked: bool = False) -> None:
        """Take its state, and whether tokens of clients are revoked."""
        self.held, self.revoked = state, revoked

    async def state(self, grant_id: GrantId, jti: str, now: datetime) -> GrantState | None:
        return self.held if grant_id == self.held.grant.id else None

    async def life(self, grant_id: GrantId, jti: str, now: datetime) -> GrantLife | None:
        return None

    async def token_revoked(self, jti: str) -> bool:
        return self.revoked


def read(text: str) -> AccessToken:
    token = read_access_token(PROVIDER, text, NOW)
    assert token is not None
    return token


def carried(scope: tuple[str, ...] = ("openid", "profile")) -> str:
    """Return the portal's token as its API carries it on to the records."""
    subject = read(issue_access_token(PROVIDER, PORTAL, scope, NOW, GRANT).text)
    return issue_delegated_token(PROVIDER, DOSSIERS_API, RECORDS, subject, GRANT, scope, NOW).text


def reader(registry: Mapping[ClientId, Client] = EVERYBODY, grants: OneGrant | None = None) -> TokenReader:
    return TokenReader(PROVIDER, registry, grants or OneGrant())


async def userinfo(text: str, registry: Mapping[ClientId, Client] = EVERYBODY, state: GrantState = STATE) -> str | None:
    """Return the error of userinfo, as the endpoint loads and decides."""
    shown = await reader(registry, OneGrant(state)).read(text, NOW)
    answer = decide_userinfo(
        PROVIDER, UserinfoSnapshot(shown.token, shown.state, shown.client, NOW, stopped=shown.stopped)
    )
    if answer.error is None:
        assert (answer.body or {})["sub"] == claims_of(text)["sub"]
    return answer.error


async def test_oidc_core_5_3_2_userinfo_says_of_the_person_what_the_scope_carries() -> None:
    assert await userinfo(carried()) is None


async def test_rfc8693_4_1_what_was_released_to_the_portal_by_name_stays_with_the_portal() -> None:
    """Nobody who carries a token on reads more of the person, or of whom they act for, than the token says."""
    household = ActingFor(
        id="org",
        type=PrincipalKind.ORGANISATION,
        kind=MandateKind.REPRESENTATIVE,
        name="Hộ kinh doanh",
        code="001899000001",
        powers=(),
    )
    sealed = seal_acting(PROVIDER.sealer, ActingRecord(acting_for=household))
    grant = replace(GRANT, claims=("u:email", "u:phone_number"), acting_sealed=sealed)
    state, portal = replace(STATE, grant=grant), replace(PORTAL, governed_claims=("national_id",))
    subject = subject_text(portal, grant)
    text = issue_delegated_token(PROVIDER, DOSSIERS_API, RECORDS, read(subject), grant, ("openid", "profile"), NOW).text
    told, carried_on = [
        decide_userinfo(PROVIDER, UserinfoSnapshot(read(one), state, portal, NOW)).body or {} for one in (subject, text)
    ]
    assert {"email", "phone_number", "name"} <= told.keys()
    assert "code" in of_object(told["acting_for"])
    assert {"email", "phone_number"}.isdisjoint(carried_on)
    assert carried_on["name"] == told["name"]
    assert "code" not in of_object(carried_on["acting_for"])
    assert of_object(carried_on["act"])["client_id"] == DOSSIERS_API.client_id


def subject_text(portal: Client, grant: Grant) -> str:
    return issue_access_token(PROVIDER, portal, ("openid", "profile"), NOW, grant).text


def of_object(value: object) -> Mapping[str, object]:
    assert isinstance(value, Mapping)
    return value


async def test_userinfo_refuses_what_is_for_an_api_alone() -> None:
    for_records = {**claims_of(carried()), "aud": RECORDS}
    text = PROVIDER.signer.sign(for_records, algorithm="ES256", typ=ACCESS_TOKEN_TYPE, now=NOW)
    assert await userinfo(text) == "invalid_token"


async def test_the_end_of_the_sign_in_is_the_end_of_what_was_carried_on() -> None:
    assert await userinfo(carried(), state=replace(STATE, alive=False)) == "invalid_token"


@pytest.mark.parametrize("stopped", ["portal", "dossiers"])
async def test_a_stopped_client_on_the_way_ends_it(stopped: str) -> None:
    registry = known(*EVERYBODY.values(), replace(EVERYBODY[ClientId(stopped)], disabled_at=NOW))
    assert await userinfo(carried(), registry) == "invalid_token"


async def test_an_actor_that_nobody_knows_any_more_counts_as_stopped() -> None:
    assert await userinfo(carried(), known(PORTAL)) == "invalid_token"


async def test_nobody_administers_with_a_token_that_was_carried_on() -> None:
    """Not even one for this provider alone."""
    direct = issue_access_token(PROVIDER, replace(PORTAL, resource=None), ("openid",), NOW, GRANT).text
    assert isinstance(await here(direct), ActiveToken)
    act = {"sub": "dossiers", "client_id": "dossiers"}
    said = {**claims_of(direct), "act": act, "client_id": "dossiers"}
    text = PROVIDER.signer.sign(said, algorithm="ES256", typ=ACCESS_TOKEN_TYPE, now=NOW)
    assert await here(text) is None


async def here(text: str, at: datetime = NOW, tokens: TokenReader | None = None) -> ActiveToken | OwnToken | None:
    """Return what a token is worth at the administration API, its sender not in doubt."""
    return active_here(PROVIDER, await (tokens or reader()).read(text, at), at)


def own(client: Client = PORTAL, **claims: object) -> str:
    said = claims_of(issue_access_token(PROVIDER, replace(client, resource=None), (), NOW, None).text)
    return PROVIDER.signer.sign({**said, **claims}, algorithm="ES256", typ=ACCESS_TOKEN_TYPE, now=NOW)


async def test_rfc9700_2_2_1_a_clients_own_token_counts_here_only_bound_to_a_key() -> None:
    bound = own(cnf={"jkt": "thumbprint"})
    found = await here(bound)
    assert isinstance(found, OwnToken)
    assert found.client == PORTAL
    for text in (own(), own(cnf={}), own(cnf=None)):
        assert await here(text) is None


async def test_a_clients_own_token_ends_with_its_time_its_client_and_its_revocation() -> None:
    bound = own(cnf={"jkt": "thumbprint"})
    stopped = known(replace(PORTAL, disabled_at=NOW))
    assert await here(bound, tokens=reader(stopped)) is None
    assert await here(bound, tokens=reader(grants=OneGrant(revoked=True))) is None
    late = NOW + PROVIDER.policy.access_token_life
    assert await here(bound, late) is None
    assert await here(own(cnf={"jkt": "t"}, aud=[ISSUER, RECORDS])) is None


def presented(text: str, **members: bool) -> PresentedToken:
    return PresentedToken(read(text), STATE, token_revoked=False, **members)


def test_rfc7662_4_the_api_that_it_was_carried_on_to_reads_it_with_its_actor() -> None:
    said = decide_introspection(PROVIDER, inspection(presented(carried()), client=RECORDS_API)).answer.body or {}
    assert said["active"] is True
    assert said["act"] == {"sub": "dossiers", "client_id": "dossiers"}
    for other in (ARCHIVE_API, PORTAL):
        answer = decide_introspection(PROVIDER, inspection(presented(carried()), client=other)).answer
        assert answer.body == {"active": False}


def test_rfc7009_2_1_the_actor_gives_it_back_and_the_portal_does_not() -> None:
    assert decide_revocation(PROVIDER, inspection(presented(carried()), client=DOSSIERS_API)).effects
    assert not decide_revocation(PROVIDER, inspection(presented(carried()), client=PORTAL)).effects


def test_persons_who_act_are_no_clients() -> None:
    token = read(carried())
    assert client_actors(token) == ("dossiers",)
    assisted = claims_of(issue_access_token(PROVIDER, PORTAL, (), NOW, GRANT).text) | {
        "act": {"sub": "officer", "agency": "H55", "act": "nonsense"}
    }
    text = PROVIDER.signer.sign(assisted, algorithm="ES256", typ=ACCESS_TOKEN_TYPE, now=NOW)
    assert client_actors(read(text)) == ()
    assert not any_stopped(read(text), known())
