"""The document of a sector: every redirect URI stands in it, byte for byte (OIDC Registration 5)."""

from dataclasses import dataclass, field

import orjson
import pytest

from clients.model import Client, ClientId
from idp.admin.clients.sector_document import SectorCheck, contradictions, judge_sector
from idp.outbound.http import EgressError, OutboundRequest, OutboundResponse
from records.structs import replace
from tests.support.builders.protocol import CLIENT

ONE, TWO = "https://one.example/cb", "https://two.example/cb"
SECTORED: Client = replace(
    CLIENT,
    client_id=ClientId("portal"),
    redirect_uris=(ONE, TWO),
    sector_identifier_uri="https://one.example/sector.json",
    sector_identifier="one.example",
)


@dataclass(slots=True)
class Line:
    """A line to one server."""

    body: bytes | None
    status: int = 200
    asked: list[OutboundRequest] = field(default_factory=list)

    async def call(self, request: OutboundRequest) -> OutboundResponse:
        self.asked.append(request)
        if self.body is None:
            raise EgressError("timeout")
        return OutboundResponse(self.status, self.body, "application/json")


def test_a_document_that_names_all_and_more_is_good() -> None:
    assert judge_sector(SECTORED, 200, orjson.dumps([TWO, "https://three.example/", ONE])) is None


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        orjson.dumps([ONE]),
        orjson.dumps([ONE, TWO + "/"]),
        orjson.dumps([ONE, TWO.upper()]),
        orjson.dumps({"redirect_uris": [ONE, TWO]}),
        orjson.dumps([ONE, TWO, 1]),
        b"<html>",
        b"\xff",
        b"[" * 60000,
    ],
    ids=lambda body: repr(body[:30]),
)
def test_a_document_that_does_not_is_a_contradiction(body: bytes) -> None:
    finding = judge_sector(SECTORED, 200, body)
    assert finding is not None
    assert finding.contradicts
    assert contradictions(finding)[0].field == "sector_identifier_uri"


@pytest.mark.parametrize("status", [204, 301, 404, 500])
def test_no_document_is_no_contradiction_and_no_consent(status: int) -> None:
    finding = judge_sector(SECTORED, status, orjson.dumps([ONE, TWO]))
    assert finding is not None
    assert contradictions(finding) == []


async def test_it_is_fetched_once_within_bounds_and_only_where_it_is_named() -> None:
    line = Line(orjson.dumps([ONE, TWO]))
    assert await SectorCheck(line).check(SECTORED) is None
    (asked,) = line.asked
    assert (asked.method, asked.url, asked.max_response_bytes) == ("GET", SECTORED.sector_identifier_uri, 65536)
    assert asked.deadline.total_seconds() <= 5
    assert await SectorCheck(line).check(replace(SECTORED, sector_identifier_uri=None)) is None
    assert await SectorCheck(line).check(replace(SECTORED, subject_type="public")) is None
    assert len(line.asked) == 1
    silent = await SectorCheck(Line(None)).check(SECTORED)
    assert silent is not None
    assert not silent.contradicts
