"""The provider's end of the wire, and our line to it."""

import asyncio
from datetime import datetime

import orjson

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.upstream.service import HttpUpstreamService
from idp.outbound.breaker import CircuitBreaker
from idp.outbound.bulkhead import Bulkhead
from idp.outbound.gate import ServiceGate
from idp.outbound.health_board import HealthBoard
from idp.outbound.http import EgressError, OutboundRequest, OutboundResponse
from tests.unit.upstream.builders import KEY, NOW, PROVIDER, claims, signed
from tests.unit.upstream.test_documents import DOCUMENT


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


class Far:
    """The provider's end of the wire, and everything that was asked there."""

    def __init__(self) -> None:
        self.asked: list[OutboundRequest] = []
        self.keys = [KEY]
        self.token = signed(claims())
        self.down = self.keys_down = False
        # What its logout answers.
        self.logout_status = 204

    async def call(self, request: OutboundRequest) -> OutboundResponse:
        self.asked.append(request)
        await asyncio.sleep(0)
        if self.down or (self.keys_down and request.url.endswith("/certs")):
            raise EgressError("connection")
        if request.url.endswith("/certs"):
            body: object = {"keys": [key.as_dict(private=False) for key in self.keys]}
        elif request.url.endswith("/logout"):
            return OutboundResponse(self.logout_status, b"", "")
        elif request.url.endswith("/token"):
            body = {"id_token": self.token}
        else:
            body = DOCUMENT
        return OutboundResponse(200, orjson.dumps(body), "application/json")

    def times(self, ending: str) -> int:
        return sum(request.url.endswith(ending) for request in self.asked)


def service_to(far: Far, clock: HandClock) -> HttpUpstreamService:
    """Return our line to it, with a gate of its own."""
    board = HealthBoard("upstream-vneid", MemoryShortLivedStore(clock), clock)
    gate = ServiceGate(board, CircuitBreaker(clock, failures_to_open=3), Bulkhead())
    return HttpUpstreamService(PROVIDER, far, gate, clock)
