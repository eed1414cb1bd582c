"""The adapters' conduct: deadlines, headers, which outcomes count, and answers bound to their questions."""

import asyncio
import random
import re
from base64 import b64decode
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.registers.gate import RegisterGate
from idp.adapters.registers.rest.register import RestCredentials, RestPopulationRegister
from idp.adapters.registers.soap.register import SoapCredentials, SoapPopulationRegister
from idp.outbound.breaker import CircuitBreaker
from idp.outbound.bulkhead import Bulkhead
from idp.outbound.health import ServiceState
from idp.outbound.health_board import HealthBoard
from idp.outbound.http import EgressError, OutboundRequest, OutboundResponse
from idp.proofing.model import SYSTEM, ClaimedIdentity
from idp.proofing.registers.health import RegisterName
from idp.proofing.registers.ports import Found, Garbled, MatchAnswer, Matched, NoAnswer, NoRecord, RegisterAnswer
from idp.proofing.values.personal_numbers import PersonalNumber
from tests.unit.outbound.test_breaker import HandClock
from tests.unit.registers.samples import (
    CITIZEN,
    CITIZEN_JSON,
    CLAIM,
    HOA,
    PURPOSE,
    collection,
    collection_json,
    envelope,
    match_result,
)

URL = "https://register.example/population"
SOAP_CREDENTIALS = SoapCredentials("idp", "s3cret", "VN/GOV/TEST/idp", api_key="a-key-of-the-exchange")
REST_CREDENTIALS = RestCredentials("idp", "s3cret", api_key="a-key-of-the-platform")
OK = OutboundResponse(200, envelope(collection(CITIZEN)), "text/xml")
Conduct = Callable[[OutboundRequest], Awaitable[OutboundResponse]]
Register = SoapPopulationRegister | RestPopulationRegister


class Wire:
    """The far end of the wire: behaves as one function says and keeps what it was sent."""

    def __init__(self, conduct: Conduct) -> None:
        self.conduct = conduct
        self.requests: list[OutboundRequest] = []

    async def call(self, request: OutboundRequest) -> OutboundResponse:
        self.requests.append(request)
        return await self.conduct(request)


def answering(response: OutboundResponse) -> Wire:
    async def conduct(_: OutboundRequest) -> OutboundResponse:
        return response

    return Wire(conduct)


def failing(error: Exception) -> Wire:
    async def conduct(_: OutboundRequest) -> OutboundResponse:
        raise error

    return Wire(conduct)


def gate_of(clock: HandClock, bulkhead: Bulkhead | None = None) -> RegisterGate:
    board = HealthBoard(RegisterName.POPULATION, MemoryShortLivedStore(clock), clock)
    breaker = CircuitBreaker(clock, failures_to_open=2, open_for=timedelta(seconds=10))
    return RegisterGate(board, breaker, bulkhead or Bulkhead(max_concurrent=200))


def register_on(wire: Wire, clock: HandClock | None = None, bulkhead: Bulkhead | None = None) -> SoapPopulationRegister:
    clock = clock or HandClock()
    return SoapPopulationRegister(wire, URL, SOAP_CREDENTIALS, gate_of(clock, bulkhead), clock)


def wrapper_on(wire: Wire, url: str = URL) -> RestPopulationRegister:
    clock = HandClock()
    return RestPopulationRegister(wire, url, REST_CREDENTIALS, gate_of(clock), clock)


async def ask(register: Register, digits: str = "001899000001", seconds: float = 5) -> RegisterAnswer:
    return await register.look_up(
        ClaimedIdentity(PersonalNumber(digits), CLAIM.name, CLAIM.birth_date),
        request_id="r1",
        purpose=PURPOSE,
        on_behalf_of=SYSTEM,
        deadline=timedelta(seconds=seconds),
    )


async def match(register: Register, seconds: float = 5) -> MatchAnswer:
    return await register.match(
        CLAIM, request_id="r1", purpose=PURPOSE, on_behalf_of=SYSTEM, deadline=timedelta(seconds=seconds)
    )


async def test_a_record_is_found_by_either_adapter() -> None:
    assert await ask(register_on(answering(OK))) == Found(HOA)
    wire = answering(OutboundResponse(200, collection_json(CITIZEN_JSON), "application/json"))
    assert await ask(wrapper_on(wire)) == Found(HOA)


async def test_a_match_is_a_yes_by_either_adapter() -> None:
    yes = envelope(match_result("<TonTai>true</TonTai>"))
    assert await match(register_on(answering(OutboundResponse(200, yes, "text/xml")))) == Matched()
    wire = answering(OutboundResponse(200, b'{"KetQuaXacThuc": {"TonTai": true}}', "application/json"))
    assert await match(wrapper_on(wire)) == Matched()


async def test_7_2_match_and_look_up_have_their_own_integration_codes() -> None:
    wire = answering(OK)
    register = register_on(wire)
    await match(register)
    await ask(register)
    codes = [re.search(rb"<dan:MaTichHop>([0-9]+)<", request.body) for request in wire.requests]
    assert [code and code[1] for code in codes] == [b"003", b"037"]


@pytest.mark.parametrize("url", [URL, f"{URL}/"])
async def test_the_wrapper_is_asked_by_post_below_its_address_and_no_number_is_in_it(url: str) -> None:
    empty = b'{"KetQuaXacThuc": false, "CongdanCollection": {}, "DanhSachThayDoi": {}}'
    wire = answering(OutboundResponse(200, empty, "application/json"))
    register = wrapper_on(wire, url)
    await match(register)
    await ask(register)
    await register.changes("", request_id="r1", deadline=timedelta(seconds=5))
    assert [(request.method, request.url) for request in wire.requests] == [
        ("POST", f"{URL}/xacThucThongTinCongDan"),
        ("POST", f"{URL}/traCuuThongTinCongDan"),
        ("POST", f"{URL}/traCuuThayDoiCongDan"),
    ]


async def test_rfc7617_2_the_wrapper_gets_basic_credentials_the_key_and_the_request_id() -> None:
    wire = answering(OutboundResponse(200, b"{}", "application/json"))
    await ask(wrapper_on(wire))
    headers = wire.requests[0].headers
    assert b64decode(headers["Authorization"].removeprefix("Basic ")) == b"idp:s3cret"
    assert (headers["ApiKey"], headers["X-Correlation-Id"]) == ("a-key-of-the-platform", "r1")


async def test_what_the_wrapper_answers_late_or_wrong_is_no_answer() -> None:
    assert await match(wrapper_on(answering(OutboundResponse(503, b"", "text/plain")))) == NoAnswer("http_503")
    assert await match(wrapper_on(failing(EgressError("timeout")))) == NoAnswer("timeout")
    assert await match(wrapper_on(failing(EgressError("oversized")))) == Garbled("oversized")


async def test_match_look_up_and_feed_share_one_breaker() -> None:
    wire = answering(OutboundResponse(500, b"", "text/plain"))
    register = wrapper_on(wire)
    await match(register)
    await register.changes("", request_id="r1", deadline=timedelta(seconds=5))
    assert await ask(register) == NoAnswer("breaker_open")
    assert len(wire.requests) == 2


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 429, 500, 502, 503])
async def test_any_status_but_200_is_no_answer_even_with_a_record_in_it(status: int) -> None:
    wire = answering(OutboundResponse(status, OK.body, "text/xml"))
    assert await ask(register_on(wire)) == NoAnswer(f"http_{status}")


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("timeout", NoAnswer("timeout")),
        ("connection", NoAnswer("connection")),
        ("refused", NoAnswer("refused")),
        ("oversized", Garbled("oversized")),
    ],
)
async def test_what_the_guarded_client_reports_keeps_its_reason(reason: str, expected: RegisterAnswer) -> None:
    assert await ask(register_on(failing(EgressError(reason)))) == expected


async def test_the_headers_are_those_of_section_7_2() -> None:
    wire, clock = answering(OK), HandClock()
    clock.time = datetime(2026, 10, 1, 1, 2, 3, 456000, tzinfo=UTC)
    await ask(register_on(wire, clock))
    headers = wire.requests[0].headers
    user, _, proof = b64decode(headers["Authorization"].removeprefix("Basic ")).decode().partition(":")
    assert headers["Timestamp"] == "1790816523456"
    assert (user, proof) == ("idp", sha256(f"{URL}idp1790816523456s3cret".encode()).hexdigest())
    assert (headers["X-Road-Client"], headers["SOAPAction"]) == ("VN/GOV/TEST/idp", '""')
    assert (headers["X-Correlation-Id"], headers["ApiKey"]) == ("r1", "a-key-of-the-exchange")


async def test_the_secret_itself_never_leaves_nor_shows() -> None:
    wire = answering(OK)
    await ask(register_on(wire))
    shown = f"{wire.requests[0]!r} {SOAP_CREDENTIALS!r} {REST_CREDENTIALS!r}"
    assert "s3cret" not in shown
    assert "a-key-of-the-platform" not in shown


async def test_the_call_gets_what_is_left_of_the_deadline_and_a_bounded_answer() -> None:
    wire = answering(OK)
    await ask(register_on(wire), seconds=3)
    assert timedelta(seconds=2.5) < wire.requests[0].deadline <= timedelta(seconds=3)
    assert wire.requests[0].max_response_bytes == 256 * 1024


async def test_a_client_that_ignores_the_deadline_does_not_extend_it() -> None:
    async def never(_: OutboundRequest) -> OutboundResponse:
        await asyncio.Event().wait()
        raise AssertionError

    assert await ask(register_on(Wire(never)), seconds=0.05) == NoAnswer("timeout")


async def test_time_spent_waiting_for_a_place_is_not_given_twice() -> None:
    async def slow(_: OutboundRequest) -> OutboundResponse:
        await asyncio.sleep(0.2)
        return OK

    wire = Wire(slow)
    register = register_on(wire, bulkhead=Bulkhead(max_concurrent=1))
    await asyncio.gather(ask(register), ask(register, seconds=5))
    assert wire.requests[1].deadline < timedelta(seconds=4.9)


@pytest.mark.parametrize(
    "response",
    [
        OutboundResponse(500, b"", "text/plain"),
        OutboundResponse(200, b"<html/>", "text/html"),
        OutboundResponse(200, envelope("<s:Fault/>"), "text/xml"),
    ],
    ids=["failing", "garbled", "fault"],
)
async def test_trouble_opens_the_circuit(response: OutboundResponse) -> None:
    wire = answering(response)
    register = register_on(wire)
    answers = [await ask(register) for _ in range(3)]
    assert answers[2] == NoAnswer("breaker_open")
    assert len(wire.requests) == 2


@pytest.mark.parametrize(
    "citizens",
    [("<CongDan/>",), (CITIZEN, CITIZEN), (CITIZEN.replace("19900517", "19900230"),)],
    ids=["nameless", "two", "no-such-day"],
)
async def test_one_record_that_cannot_be_read_closes_the_register_to_nobody(citizens: tuple[str, ...]) -> None:
    wire = answering(OutboundResponse(200, envelope(collection(*citizens)), "text/xml"))
    register = register_on(wire)
    for _ in range(5):
        assert isinstance(await ask(register), Garbled)
    assert len(wire.requests) == 5


async def test_no_record_is_healthy() -> None:
    register = register_on(answering(OutboundResponse(200, envelope(collection()), "text/xml")))
    assert [await ask(register) for _ in range(4)] == [NoRecord()] * 4


async def test_after_the_rest_a_recovered_register_answers_again() -> None:
    clock = HandClock()
    wire = answering(OutboundResponse(503, b"", "text/plain"))
    register = register_on(wire, clock)
    for _ in range(2):
        await ask(register)
    clock.time += timedelta(seconds=10)
    wire.conduct = answering(OK).conduct
    assert [await ask(register) for _ in range(2)] == [Found(HOA)] * 2


async def test_a_cancelled_probe_leaves_the_probe_to_the_next_caller() -> None:
    async def never(_: OutboundRequest) -> OutboundResponse:
        await asyncio.Event().wait()
        raise AssertionError

    clock = HandClock()
    wire = answering(OutboundResponse(503, b"", "text/plain"))
    register = register_on(wire, clock)
    for _ in range(2):
        await ask(register)
    clock.time += timedelta(seconds=10)
    wire.conduct = never
    probe = asyncio.create_task(ask(register))
    await asyncio.sleep(0.01)
    assert await ask(register) == NoAnswer("breaker_open")
    probe.cancel()
    await asyncio.gather(probe, return_exceptions=True)
    wire.conduct = answering(OK).conduct
    assert await ask(register) == Found(HOA)


async def test_calls_that_queued_before_the_circuit_opened_are_not_made() -> None:
    async def slow_trouble(_: OutboundRequest) -> OutboundResponse:
        await asyncio.sleep(0.01)
        return OutboundResponse(500, b"", "text/plain")

    wire = Wire(slow_trouble)
    register = register_on(wire, bulkhead=Bulkhead(max_concurrent=1))
    answers = await asyncio.gather(*(ask(register) for _ in range(5)))
    assert answers == [NoAnswer("http_500")] * 2 + [NoAnswer("breaker_open")] * 3
    assert len(wire.requests) == 2


async def test_al_7_answers_that_arrive_out_of_order_stay_with_their_questions() -> None:
    chance = random.Random(7)
    numbers = [f"0018990{number:05d}" for number in range(100)]

    async def reordered(request: OutboundRequest) -> OutboundResponse:
        await asyncio.sleep(chance.random() / 20)
        asked = re.search(rb"<dan:SoDinhDanh>([0-9]{12})<", request.body)
        assert asked is not None
        return OutboundResponse(
            200, envelope(collection(CITIZEN.replace("001899000001", asked[1].decode(), 1))), "text/xml"
        )

    register = register_on(Wire(reordered))
    answers = await asyncio.gather(*(ask(register, digits) for digits in numbers))
    assert [answer.record.number.digits for answer in answers if isinstance(answer, Found)] == numbers


async def test_the_gate_tells_how_the_register_is_doing() -> None:
    clock = HandClock()
    gate = gate_of(clock)
    wire = answering(OutboundResponse(503, b"", "text/plain"))
    register = SoapPopulationRegister(wire, URL, SOAP_CREDENTIALS, gate, clock)
    reported = [(await gate.health()).state]
    for _ in range(2):
        await ask(register)
        reported.append((await gate.health()).state)
    clock.time += timedelta(seconds=10)
    wire.conduct = answering(OK).conduct
    await ask(register)
    reported.append((await gate.health()).state)
    assert reported == [ServiceState.UNASKED, ServiceState.SLOW, ServiceState.OPEN, ServiceState.CLOSED]


async def test_the_gate_tells_that_a_probe_is_under_way() -> None:
    async def never(_: OutboundRequest) -> OutboundResponse:
        await asyncio.Event().wait()
        raise AssertionError

    clock = HandClock()
    gate = gate_of(clock)
    wire = answering(OutboundResponse(503, b"", "text/plain"))
    register = SoapPopulationRegister(wire, URL, SOAP_CREDENTIALS, gate, clock)
    for _ in range(2):
        await ask(register)
    clock.time += timedelta(seconds=10)
    wire.conduct = never
    probe = asyncio.create_task(ask(register))
    await asyncio.sleep(0.01)
    assert (await gate.health()).state is ServiceState.HALF_OPEN
    probe.cancel()
    await asyncio.gather(probe, return_exceptions=True)
    assert (await gate.health()).state is ServiceState.OPEN
