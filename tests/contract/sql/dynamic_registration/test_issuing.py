"""Who issues initial access tokens, for what, and whose statements an agency trusts."""

from datetime import timedelta

import msgspec
import pytest

from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.dynamic_registration import tokens
from idp.admin.dynamic_registration.model import InitialTokenId
from idp.admin.dynamic_registration.tokens import TokenCommand, made_token
from idp.admin.errors import (
    ConflictError,
    FreshFactorNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
)
from idp.officers.roles import NATIONAL
from idp.protocol.dynamic_registration.policy import RegistrationPolicy
from records.structs import replace
from tests.support.builders.protocol import CLIENT_KEY, NOW, public_jwks
from tests.support.rigs.admin import AGENCY, AUDITOR, COMMUNE, DEVELOPER, OPERATOR, OTHER_AGENCY
from tests.support.rigs.registering import POLICY, RegisteringRig

pytestmark = pytest.mark.one_engine("sqlite")
COMMAND = TokenCommand(agency="H37", label="Cổng thử", policy=POLICY, uses=2, valid_for=timedelta(days=30))


def policy_of(members: dict[str, object]) -> RegistrationPolicy:
    return msgspec.convert({**msgspec.to_builtins(POLICY), **members}, RegistrationPolicy)


@pytest.fixture
async def rig(database: Database) -> RegisteringRig:
    return RegisteringRig(database)


async def test_an_agencys_people_issue_a_token_that_is_shown_once(rig: RegisteringRig) -> None:
    for actor in (AGENCY, DEVELOPER, OPERATOR):
        issued = await rig.tokens.issue(actor, COMMAND)
        assert issued.token.created_by == actor.officer_code
        assert issued.secret not in repr(issued) + repr(await rig.events())
        event = (await rig.events())[-1]
        assert (event.name.value, event.details["agency"], event.details["uses"]) == (
            "admin:initial_token:issued",
            "H37",
            "2",
        )
    listed = await rig.tokens.list_tokens(AGENCY, "", 10)
    assert [one.label for one in listed] == ["Cổng thử"] * 3
    assert await rig.tokens.list_tokens(OTHER_AGENCY, "", 10) == []


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        (OTHER_AGENCY, NotFoundError),
        (COMMUNE, NotFoundError),
        (AUDITOR, NotPermittedError),
        (replace(AGENCY, fresh=False), FreshFactorNeededError),
    ],
)
async def test_nobody_else_does(rig: RegisteringRig, actor: Actor, error: type[Exception]) -> None:
    with pytest.raises(error):
        await rig.tokens.issue(actor, COMMAND)


async def test_a_token_is_revoked_by_its_agency_alone_and_once(rig: RegisteringRig) -> None:
    issued = await rig.tokens.issue(AGENCY, COMMAND)
    with pytest.raises(NotFoundError):
        await rig.tokens.revoke(OTHER_AGENCY, issued.token.id)
    with pytest.raises(NotPermittedError):
        await rig.tokens.revoke(AUDITOR, issued.token.id)
    assert (await rig.tokens.revoke(DEVELOPER, issued.token.id)).revoked_at == rig.clock.now()
    with pytest.raises(ConflictError):
        await rig.tokens.revoke(AGENCY, issued.token.id)
    with pytest.raises(NotFoundError):
        await rig.tokens.revoke(OPERATOR, InitialTokenId("none"))
    assert (await rig.register(issued.secret)).status == 401


async def test_an_agency_has_bounded_tokens(rig: RegisteringRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST_TOKENS", 1)
    await rig.tokens.issue(AGENCY, COMMAND)
    with pytest.raises(ConflictError):
        await rig.tokens.issue(AGENCY, COMMAND)


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ({"hosts": ()}, "hosts"),
        ({"hosts": ("*.example",)}, "hosts[0]"),
        ({"hosts": ("portal",)}, "hosts[0]"),
        ({"hosts": ("https://portal.example",)}, "hosts[0]"),
        ({"hosts": ("portal.example:8443",)}, "hosts[0]"),
        ({"hosts": ("PORTAL.example",)}, "hosts[0]"),
        ({"hosts": ("javascript:",)}, "hosts[0]"),
        ({"hosts": tuple(f"h{n}.example" for n in range(21))}, "hosts"),
        ({"scope": ("openid", "national_id")}, "scope"),
        ({"scope": ("openid", "admin:write")}, "scope"),
        ({"scope": ("nobody-knows-it",)}, "scope"),
        ({"scope": ()}, "scope"),
        ({"scope": ("openid", "openid")}, "scope"),
        ({"grant_types": ()}, "grant_types"),
        ({"security_profile": "certification"}, "security_profile"),
    ],
    ids=str,
)
async def test_a_token_gives_away_little(rig: RegisteringRig, policy: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await rig.tokens.issue(AGENCY, replace(COMMAND, policy=policy_of(policy)))
    assert {one.field for one in refused.value.problems} == {field}


def test_only_an_operator_on_the_host_gives_the_certification_profile_away() -> None:
    suite = replace(COMMAND, policy=RegistrationPolicy(hosts=("suite.example",), security_profile="certification"))
    assert made_token(suite, stands=True, created_by="root", now=NOW, operator=True).policy == suite.policy


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(COMMAND, uses=0), "uses"),
        (replace(COMMAND, uses=101), "uses"),
        (replace(COMMAND, valid_for=timedelta(0)), "valid_days"),
        (replace(COMMAND, valid_for=timedelta(days=366)), "valid_days"),
        (replace(COMMAND, label="<b>"), "label"),
        (replace(COMMAND, label=""), "label"),
    ],
)
async def test_a_token_ends(rig: RegisteringRig, command: TokenCommand, field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await rig.tokens.issue(AGENCY, command)
    assert {one.field for one in refused.value.problems} == {field}


async def test_an_agency_that_is_none_has_no_tokens(rig: RegisteringRig) -> None:
    with pytest.raises(InvalidInputError):
        await rig.tokens.issue(OPERATOR, replace(COMMAND, agency="H99"))
    with pytest.raises(NotFoundError):
        await rig.tokens.issue(AGENCY, replace(COMMAND, agency="H99"))


async def test_an_agency_trusts_publishers_for_itself_and_the_operator_for_the_country(rig: RegisteringRig) -> None:
    keys = public_jwks(CLIENT_KEY)
    await rig.tokens.trust(AGENCY, "H37", "https://publisher.example", keys)
    for actor, agency in ((AGENCY, NATIONAL), (OTHER_AGENCY, "H37")):
        with pytest.raises(NotFoundError):
            await rig.tokens.trust(actor, agency, "https://publisher.example", keys)
    await rig.tokens.trust(OPERATOR, NATIONAL, "https://publisher.example", keys)
    assert [one.agency for one in await rig.tokens.list_publishers(OPERATOR)] == ["", "H37"]
    assert [one.agency for one in await rig.tokens.list_publishers(AGENCY)] == ["H37"]
    with pytest.raises(NotFoundError):
        await rig.tokens.distrust(AGENCY, NATIONAL, "https://publisher.example")
    await rig.tokens.distrust(AGENCY, "H37", "https://publisher.example")
    with pytest.raises(NotFoundError):
        await rig.tokens.distrust(AGENCY, "H37", "https://publisher.example")
    names = [one.name.value for one in await rig.events()]
    assert names.count("admin:software_publisher:trusted") == 2
    assert names[-1] == "admin:software_publisher:distrusted"


@pytest.mark.parametrize(
    "jwks",
    [{}, {"keys": []}, {"keys": [CLIENT_KEY.as_dict(private=True)]}, "text"],
    ids=["none", "empty", "private", "text"],
)
async def test_a_publisher_is_trusted_by_public_keys_alone(rig: RegisteringRig, jwks: object) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await rig.tokens.trust(AGENCY, "H37", "https://publisher.example", jwks)
    assert {one.field for one in refused.value.problems} == {"jwks"}


async def test_what_came_of_a_token_is_read_by_its_agency_alone(rig: RegisteringRig) -> None:
    first, second = [await rig.registered(await rig.issued(uses=2)) for _ in range(2)]
    token_id = (await rig.events())[-1].details["initial_access_token"]
    for actor in (AGENCY, DEVELOPER, AUDITOR, OPERATOR):
        found = await rig.tokens.find(actor, InitialTokenId(token_id))
        assert [one.client_id for one in found.came] == [second["client_id"]], first
        assert found.token.uses_left == 1
    for actor in (OTHER_AGENCY, COMMUNE):
        with pytest.raises(NotFoundError):
            await rig.tokens.find(actor, InitialTokenId(token_id))
    with pytest.raises(NotFoundError):
        await rig.tokens.find(OPERATOR, InitialTokenId("none"))


async def test_what_was_deleted_no_longer_stands_under_its_token(rig: RegisteringRig) -> None:
    client = await rig.registered()
    token_id = InitialTokenId((await rig.events())[-1].details["initial_access_token"])
    await rig.delete(client)
    assert await rig.database.registrations.registered_by(token_id) == []
