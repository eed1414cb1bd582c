"""A logo is fetched when it is registered, checked, and kept by its content: what was approved is what is shown."""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

import pytest

from clients.pictures import read_picture
from idp.adapters.sql.database import Database
from idp.admin.clients.logo import KeepLogo
from idp.admin.errors import InvalidInputError
from idp.outbound.http import EgressError, OutboundRequest, OutboundResponse
from records.structs import replace
from tests.support.plain.pictures import chunk, png
from tests.support.rigs.admin import COLLEAGUE, DEVELOPER, AdminRig, StepClock, portal

# What use cases decide; the statements run on both databases in the last test.
ONE_ENGINE = pytest.mark.one_engine("sqlite")
URI = "https://dichvucong.langson.gov.vn/logo.png"


@dataclass(slots=True)
class Line:
    """A line to one server, which answers as it is told, or not at all."""

    body: bytes | None = None
    status: int = 200
    asked: list[str] = field(default_factory=list)

    async def call(self, request: OutboundRequest) -> OutboundResponse:
        self.asked.append(request.url)
        if self.body is None:
            raise EgressError("timeout")
        return OutboundResponse(self.status, self.body, "image/png")


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
async def rig(database: Database, line: Line) -> AdminRig:
    made = await AdminRig.appointed(database)
    made.line = line
    return made


@ONE_ENGINE
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (None, 200),
        (png(), 404),
        (png(), 302),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 200),
        (b"GIF89a" + b"\0" * 100, 200),
        (png()[:-20], 200),
        (png(4000, 4000), 200),
        (png(8, 8), 200),
    ],
    ids=["silent", "missing", "elsewhere", "svg", "gif", "cut", "wide", "tiny"],
)
async def test_an_address_without_a_plain_picture_is_refused(
    rig: AdminRig, line: Line, body: bytes | None, status: int
) -> None:
    line.body, line.status = body, status
    with pytest.raises(InvalidInputError) as refused:
        await rig.clients.register(DEVELOPER, portal(logo_uri=URI))
    assert [(one.field, one.rule) for one in refused.value.problems] == [("logo_uri", "logo-live")]
    assert await rig.database.clients.load_all() == []


@ONE_ENGINE
async def test_what_is_kept_is_the_picture_and_nothing_beside_it(rig: AdminRig, line: Line) -> None:
    hidden = chunk(b"tEXt", b"Comment\0<script>alert(1)</script>")
    line.body = png(64, 64, hidden) + b"<html>after the end</html>"
    await rig.clients.register(DEVELOPER, portal(logo_uri=URI))
    logo = (await rig.stored()).logo
    assert logo == f"{sha256(png()).hexdigest()}.png"
    assert await rig.database.logos.find(logo) == png()


@ONE_ENGINE
async def test_people_see_the_picture_that_was_approved_whatever_its_address_answers_later(
    rig: AdminRig, line: Line
) -> None:
    await rig.in_production()
    line.body = png()
    change = await rig.proposed(DEVELOPER, logo_uri=URI)
    assert change.after["logo"] == f"{sha256(png()).hexdigest()}.png"
    line.body = png(32, 32)
    await rig.approvals.approve(COLLEAGUE, change.id, change.digest)
    assert (await rig.stored()).logo == change.after["logo"]
    assert line.asked == [URI]
    other = await rig.proposed(DEVELOPER, logo_uri=f"{URI}?2")
    await rig.approvals.approve(COLLEAGUE, other.id, other.digest)
    assert (await rig.stored()).logo == f"{sha256(png(32, 32)).hexdigest()}.png"
    await rig.approvals.undo(COLLEAGUE, other.id)
    assert (await rig.stored()).logo == change.after["logo"]


@ONE_ENGINE
async def test_a_logo_from_before_they_were_fetched_hinders_no_other_change(rig: AdminRig, line: Line) -> None:
    line.body = png()
    await rig.clients.register(DEVELOPER, portal(logo_uri=URI))
    stored = await rig.stored()
    await rig.database.clients.save(replace(stored, logo=None), expected_version=stored.version)
    line.body = None
    await rig.change(DEVELOPER, client_name="Cổng mới")
    assert (await rig.stored()).logo is None
    line.body = png()
    await rig.change(DEVELOPER, client_name="Cổng khác")
    assert (await rig.stored()).logo is not None


async def test_a_picture_that_no_client_shows_is_kept_for_thirty_days(database: Database, line: Line) -> None:
    """The store keeps what a proposal or undoing can bring back, and no more."""
    rig = await AdminRig.appointed(database)
    rig.line, line.body = line, png()
    await rig.clients.register(DEVELOPER, portal(logo_uri=URI))
    line.body = png(32, 32)
    await rig.change(DEVELOPER, logo_uri=f"{URI}?2")
    first, second = (f"{sha256(png(size, size)).hexdigest()}.png" for size in (64, 32))
    for after, kept in ((timedelta(days=29), True), (timedelta(days=31), False)):
        await database.sweeps.sweep("logos", rig.clock.now() + after, 10)
        assert (await database.logos.find(first) is not None) is kept
    assert await database.logos.find(second) == png(32, 32)


async def test_a_picture_that_is_brought_back_is_kept_from_then_on(database: Database) -> None:
    picture, now = read_picture(png()), StepClock().now()
    for kept_at in (now, now + timedelta(days=29)):
        assert await database.ledger.commit(KeepLogo(picture=picture, at=kept_at))
    await database.sweeps.sweep("logos", now + timedelta(days=31), 10)
    assert await database.logos.find(picture.name) == png()
