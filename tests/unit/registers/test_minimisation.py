"""What a register says beyond the question leaves no trace: not in answers, errors, or logs (vietnam.md 7.2)."""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import orjson
import pytest
import structlog

from idp.outbound.http import OutboundResponse
from idp.proofing.registers.feed import FeedPage
from tests.unit.registers.samples import CITIZEN, CITIZEN_JSON, collection, envelope
from tests.unit.registers.test_conduct import Register, Wire, answering, ask, match, register_on, wrapper_on

CANARIES = ("CANARY-FATHER", "CANARY-FAITH", "CANARY-HOUSEHOLD", "099187000001")
UNASKED_XML = (
    "<Cha><HoVaTen><Ten>CANARY-FATHER</Ten></HoVaTen><SoDinhDanh>099187000001</SoDinhDanh></Cha>"
    "<TonGiao>CANARY-FAITH</TonGiao><SoSoHoKhau>CANARY-HOUSEHOLD</SoSoHoKhau>"
)
UNASKED_JSON: Mapping[str, object] = {
    "Cha": {"HoVaTen": {"Ten": "CANARY-FATHER"}, "SoDinhDanh": "099187000001"},
    "TonGiao": "CANARY-FAITH",
    "SoSoHoKhau": "CANARY-HOUSEHOLD",
}
RICH_XML = CITIZEN.replace("</CongDan>", f"{UNASKED_XML}</CongDan>")
RICH_JSON = {**CITIZEN_JSON, **UNASKED_JSON}


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[object]]]:
    """Gives everything that either kind of log was told so far, at its most talkative."""
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as reported:
        yield lambda: [*reported, caplog.text]


def soap(*citizens: str, cut: int = 0) -> Register:
    body = envelope(collection(*citizens))
    return register_on(answering(OutboundResponse(200, body[: len(body) - cut], "text/xml")))


def rest(*citizens: Mapping[str, object], cut: int = 0) -> Register:
    body = orjson.dumps({"CongdanCollection": {"CongDan": list(citizens)}})
    return wrapper_on(answering(OutboundResponse(200, body[: len(body) - cut], "application/json")))


def traces(*things: object) -> list[str]:
    """Return the canaries that occur in anything that could be printed, kept or sent on."""
    written = [repr(thing) for thing in things]
    # `repr` hides what is personal; the values themselves are looked at too.
    written += [
        str(getattr(getattr(thing, "record", None), name, "")) for thing in things for name in ("full_name", "parts")
    ]
    return [canary for canary in CANARIES if any(canary in text for text in written)]


@pytest.mark.parametrize(
    "register",
    [
        soap(RICH_XML),
        soap(RICH_XML, RICH_XML),
        soap(RICH_XML, cut=30),
        soap(RICH_XML.replace("19900517", "19900230")),
        soap(RICH_XML.replace("NGUYỄN THỊ HOÀ", "")),
        rest(RICH_JSON),
        rest(RICH_JSON, RICH_JSON),
        rest(RICH_JSON, cut=30),
        rest({**RICH_JSON, "HoVaTen": {}}),
    ],
    ids=["soap", "two", "cut", "unreadable", "nameless", "rest", "rest-two", "rest-cut", "rest-nameless"],
)
async def test_nothing_that_was_not_asked_for_is_kept_or_logged(
    register: Register, logged: Callable[[], list[object]]
) -> None:
    answers = [await ask(register), await match(register)]
    assert traces(*answers, *logged()) == []


async def test_a_change_keeps_nothing_but_what_happened(logged: Callable[[], list[object]]) -> None:
    row = {"MaThayDoi": "BD-1", "Loai": "KHAI_TU", "ThoiDiem": "20261001093000", "SoDinhDanh": "001899000001"}
    body = orjson.dumps({"DanhSachThayDoi": {"ThayDoi": [{**row, **UNASKED_JSON}]}})
    wire: Wire = answering(OutboundResponse(200, body, "application/json"))
    page = await wrapper_on(wire).changes("", request_id="r1", deadline=timedelta(seconds=5))
    assert isinstance(page, FeedPage)
    kept = [getattr(change, name) for change in page.changes for name in change.__struct_fields__]
    assert traces(page, *kept, *logged()) == []


async def test_the_canaries_are_in_the_answer_or_the_other_tests_show_nothing() -> None:
    assert all(canary in envelope(collection(RICH_XML)).decode() for canary in CANARIES)
    assert all(canary in orjson.dumps(RICH_JSON).decode() for canary in CANARIES)
