"""A logo is fetched when it is registered, checked, and kept by its content: what was approved is what is shown."""

import struct
import zlib
from dataclasses import dataclass, field

import pytest

from idp.adapters.sql.database import Database
from idp.admin.errors import InvalidInputError
from idp.kernel.egress import EgressError, OutboundRequest, OutboundResponse
from tests.support.admin_rig import DEVELOPER, AdminRig, portal

# What use cases decide; the statements run on both databases in the last test.
ONE_ENGINE = pytest.mark.one_engine("sqlite")
URI = "https://dichvucong.langson.gov.vn/logo.png"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 64, height: int = 64, *more: bytes) -> bytes:
    """Return a picture of one colour, with other chunks before its end."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + b"".join(more) + chunk(b"IEND", b"")


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
