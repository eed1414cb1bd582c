"""Whether the enterprise register answers: asked about nobody, judged by the structure of the answer."""

from datetime import timedelta

import pytest

from idp.adapters.registers.enterprise import ExchangeEnterpriseRegister
from idp.outbound.health import ServiceState
from idp.outbound.http import EgressError, OutboundResponse
from tests.unit.outbound.test_breaker import HandClock
from tests.unit.registers.test_conduct import Wire, answering, failing, gate_of

NOBODY = b'{"StatusCode": 200, "Status": "OK", "ThrowException": null, "ResultObject": null}'
FAULT = b'{"StatusCode": 500, "Status": "ERROR", "ThrowException": "busy", "ResultObject": null}'


async def answers(wire: Wire) -> bool:
    register = ExchangeEnterpriseRegister(wire, "https://exchange.example/enterprise/", gate_of(HandClock()))
    return await register.answers(deadline=timedelta(seconds=5))


async def test_3_2_it_is_asked_for_a_code_that_fails_the_check_digit() -> None:
    wire = answering(OutboundResponse(200, NOBODY, "application/json"))
    assert await answers(wire)
    assert [(request.method, request.url) for request in wire.requests] == [
        ("GET", "https://exchange.example/enterprise/TraCuuThongTinDoanhNghiep?MaSoDoanhNghiep=0000000000")
    ]


@pytest.mark.parametrize(
    "response",
    [
        OutboundResponse(200, FAULT, "application/json"),
        OutboundResponse(200, b"<html>maintenance</html>", "text/html"),
        OutboundResponse(200, NOBODY[:-10], "application/json"),
        OutboundResponse(200, b"[]", "application/json"),
        OutboundResponse(200, b'{"StatusCode": 200}', "application/json"),
        OutboundResponse(503, NOBODY, "application/json"),
    ],
    ids=["fault", "page", "cut", "list", "other", "503"],
)
async def test_anything_but_the_exchanges_answer_is_trouble(response: OutboundResponse) -> None:
    assert not await answers(answering(response))


async def test_no_connection_is_trouble_and_no_exception() -> None:
    assert not await answers(failing(EgressError("connection")))


async def test_repeated_trouble_opens_its_own_circuit() -> None:
    gate = gate_of(HandClock())
    wire = failing(EgressError("timeout"))
    register = ExchangeEnterpriseRegister(wire, "https://exchange.example", gate)
    for _ in range(3):
        await register.answers(deadline=timedelta(seconds=5))
    assert ((await gate.health()).state, len(wire.requests)) == (ServiceState.OPEN, 2)
