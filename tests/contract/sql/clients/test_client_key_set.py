"""A key set is tried when it is registered: a warning in the sandbox, a refusal on the way to production."""

import json
from dataclasses import dataclass, field

import pytest

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.admin.changes.model import Change
from idp.admin.clients.health import CheckCause
from idp.admin.clients.registrations import Previewed
from idp.admin.errors import InvalidInputError
from idp.outbound.http import EgressError, OutboundRequest, OutboundResponse
from tests.support.builders.protocol import CLIENT_KEY, public_jwks
from tests.support.rigs.admin import DEVELOPER, AdminRig, portal

# What use cases decide: every statement that they cause runs on both databases in other files.
pytestmark = pytest.mark.one_engine("sqlite")

URI = "https://dichvucong.langson.gov.vn/jwks"
BY_KEY = {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": URI}
KEYS = json.dumps(public_jwks(CLIENT_KEY)).encode()


@dataclass(slots=True)
class Line:
    """A line to one server, which answers as it is told, or not at all."""

    body: bytes | None = None
    cache: str = ""
    asked: list[str] = field(default_factory=list)

    async def call(self, request: OutboundRequest) -> OutboundResponse:
        self.asked.append(request.url)
        if self.body is None:
            raise EgressError("timeout")
        return OutboundResponse(200, self.body, "application/json", self.cache)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
async def rig(database: Database, line: Line) -> AdminRig:
    made = await AdminRig.appointed(database)
    made.line = line
    return made


def rules(error: InvalidInputError) -> list[tuple[str, str]]:
    return [(problem.field, problem.rule) for problem in error.problems]


async def test_registering_warns_and_registers(rig: AdminRig, line: Line) -> None:
    made = await rig.clients.register(DEVELOPER, portal(**BY_KEY))
    assert made.key_set is not None
    assert made.key_set.cause is CheckCause.TIMEOUT
    assert (await rig.stored()).jwks_uri == URI
    assert line.asked == [URI]


async def test_a_key_set_that_does_warns_of_nothing(rig: AdminRig, line: Line) -> None:
    line.body = KEYS
    assert (await rig.clients.register(DEVELOPER, portal(**BY_KEY))).key_set is None


async def test_production_is_not_proposed_with_a_key_set_that_fails(rig: AdminRig, line: Line) -> None:
    await rig.clients.register(DEVELOPER, portal(**BY_KEY))
    with pytest.raises(InvalidInputError) as caught:
        await rig.change(DEVELOPER, stage="production")
    assert rules(caught.value) == [("jwks_uri", "key-set-live")]
    assert (await rig.stored()).stage == "sandbox"
    line.body = KEYS
    assert isinstance(await rig.change(DEVELOPER, stage="production"), Change)


async def test_a_warning_alone_hinders_nobody(rig: AdminRig, line: Line) -> None:
    line.body, line.cache = KEYS, "max-age=999999"
    made = await rig.clients.register(DEVELOPER, portal(**BY_KEY))
    assert made.key_set is not None
    assert made.key_set.cause is CheckCause.KEPT_LONG
    assert isinstance(await rig.change(DEVELOPER, stage="production"), Change)


async def test_in_production_another_address_must_do_and_other_changes_ask_nobody(rig: AdminRig, line: Line) -> None:
    line.body = KEYS
    await rig.in_production(**BY_KEY)
    line.body, line.asked = None, []
    with pytest.raises(InvalidInputError) as caught:
        await rig.change(DEVELOPER, jwks_uri=f"{URI}2")
    assert rules(caught.value) == [("jwks_uri", "key-set-live")]
    assert line.asked == [f"{URI}2"]
    assert isinstance(await rig.change(DEVELOPER, client_name="Cổng Lạng Sơn"), Change)
    assert line.asked == [f"{URI}2"]


async def test_looking_live_tells_what_saving_would_and_looking_while_typing_asks_nobody(
    rig: AdminRig, line: Line
) -> None:
    await rig.clients.register(DEVELOPER, portal(**BY_KEY))
    line.asked = []

    async def look(*, live: bool, **members: object) -> Previewed:
        return await rig.clients.preview(DEVELOPER, ClientId("portal"), await rig.document(**members), live=live)

    assert (await look(live=False, stage="production")).problems == ()
    assert line.asked == []
    sandbox = await look(live=True)
    assert (sandbox.problems, [one.rule for one in sandbox.warnings]) == ((), ["key-set-live"])
    production = await look(live=True, stage="production")
    assert ([one.rule for one in production.problems], production.warnings) == (["key-set-live"], ())
