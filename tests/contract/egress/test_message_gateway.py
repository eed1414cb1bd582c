"""Messages through a real HTTP exchange: what the gateway receives and how its answers are understood."""

import orjson
import pytest

from idp.adapters.messaging.gateway import HttpMessageGateway
from idp.kernel.messages import DeliveryResult
from tests.contract.egress.callers import guarded
from tests.contract.egress.local_server import Behaviour, local_server, ok, says
from tests.support.patience import patiently
from tests.support.running.free_ports import free_port

TEXT = "Ma dang ky: 123456. Khong dua ma nay cho bat ky ai."


async def send_to(behave: Behaviour) -> tuple[DeliveryResult, list[bytes]]:
    async with local_server(behave) as server, guarded(server.allow) as caller:
        gateway = HttpMessageGateway(caller, server.url(), patiently(0.5))
        return await gateway.send("m-1", "sms", "+84912345678", TEXT), server.requests


def status(code: int) -> Behaviour:
    return says(f"HTTP/1.1 {code} Said\r\nContent-Length: 0\r\n\r\n".encode())


async def test_one_json_object_is_posted_for_each_message() -> None:
    _, requests = await send_to(ok())
    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /path?query=1 HTTP/1.1\r\n")
    assert b"content-type: application/json" in head.lower()
    assert orjson.loads(body) == {"id": "m-1", "channel": "sms", "to": "+84912345678", "text": TEXT}


@pytest.mark.parametrize("code", [200, 201, 202, 204])
async def test_any_2xx_means_that_the_gateway_has_the_message(code: int) -> None:
    result, _ = await send_to(status(code))
    assert result == DeliveryResult(delivered=True, result=str(code), try_again=False)


@pytest.mark.parametrize("code", [401, 408, 425, 429, 500, 502, 503, 504])
async def test_a_bad_moment_is_worth_a_new_try(code: int) -> None:
    result, _ = await send_to(status(code))
    assert result == DeliveryResult(delivered=False, result=str(code), try_again=True)


@pytest.mark.parametrize("code", [302, 400, 403, 404, 413, 422])
async def test_a_refusal_is_final(code: int) -> None:
    result, _ = await send_to(status(code))
    assert result == DeliveryResult(delivered=False, result=str(code), try_again=False)


async def test_a_cut_answer_is_worth_a_new_try_because_the_id_makes_it_safe() -> None:
    result, _ = await send_to(says(b"HTTP/1.1 200 OK\r\nContent-Le"))
    assert result == DeliveryResult(delivered=False, result="connection", try_again=True)


async def test_a_gateway_that_is_down_is_worth_a_new_try() -> None:
    port = free_port()
    async with guarded(f"127.0.0.1:{port}") as caller:
        gateway = HttpMessageGateway(caller, f"http://127.0.0.1:{port}/messages")
        result = await gateway.send("m-1", "sms", "+84912345678", TEXT)
    assert result == DeliveryResult(delivered=False, result="connection", try_again=True)
