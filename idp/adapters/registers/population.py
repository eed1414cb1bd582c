"""The population register over SOAP, behind a breaker and a bulkhead: it answers within the deadline, always."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from idp.adapters.registers.breaker import CircuitBreaker
from idp.adapters.registers.bulkhead import Bulkhead, BulkheadFullError
from idp.adapters.registers.soap import read_answer, write_question
from idp.adapters.registers.xml_reader import MAX_BYTES
from idp.kernel.clock import Clock
from idp.kernel.egress import EgressError, HttpCaller, OutboundRequest
from idp.proofing.model import ClaimedIdentity, OnBehalfOf, Purpose
from idp.proofing.ports import Found, Garbled, NoAnswer, NoRecord, RegisterAnswer


@dataclass(frozen=True, slots=True)
class RegisterCredentials:
    """Who we are to the national exchange: user and secret, X-Road path of our system, integration code."""

    user: str
    secret: str = field(repr=False)
    x_road_client: str
    integration_code: str = "037"


class SoapPopulationRegister:
    """Looks people up with `TraCuuThongTinCongDan`."""

    def __init__(
        self,
        caller: HttpCaller,
        url: str,
        credentials: RegisterCredentials,
        *,
        clock: Clock,
        breaker: CircuitBreaker,
        bulkhead: Bulkhead,
    ) -> None:
        """Take the guarded client, the register's address and our credentials there."""
        self._caller = caller
        self._url = url
        self._credentials = credentials
        self._clock = clock
        self._breaker = breaker
        self._bulkhead = bulkhead

    async def look_up(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> RegisterAnswer:
        """Ask once: a register in trouble is not helped by retries, and the person can prove it later."""
        ends = asyncio.get_running_loop().time() + deadline.total_seconds()
        # Asked before queueing, so that an open circuit refuses at once and not after the wait.
        if self._breaker.refuses():
            return NoAnswer("breaker_open")
        question = write_question(
            claimed,
            request_id=request_id,
            purpose=purpose,
            on_behalf_of=on_behalf_of,
            integration_code=self._credentials.integration_code,
        )
        try:
            async with self._bulkhead.place(deadline):
                return await self._ask_if_admitted(question, request_id, ends)
        except BulkheadFullError:
            return NoAnswer("busy")

    async def _ask_if_admitted(self, question: bytes, request_id: str, ends: float) -> RegisterAnswer:
        permit = self._breaker.admit()
        if permit is None:
            return NoAnswer("breaker_open")
        try:
            answer = await self._ask(question, request_id, ends)
        except BaseException:
            self._breaker.abandon(permit)
            raise
        self._breaker.record(permit, healthy=isinstance(answer, Found | NoRecord))
        return answer

    async def _ask(self, question: bytes, request_id: str, ends: float) -> RegisterAnswer:
        left = ends - asyncio.get_running_loop().time()
        request = OutboundRequest(
            method="POST",
            url=self._url,
            deadline=timedelta(seconds=max(left, 0)),
            body=question,
            headers=self._headers(request_id),
            max_response_bytes=MAX_BYTES,
        )
        try:
            async with asyncio.timeout(left):
                response = await self._caller.call(request)
        except TimeoutError:
            return NoAnswer("timeout")
        except EgressError as error:
            return Garbled(error.reason) if error.reason == "oversized" else NoAnswer(error.reason)
        return read_answer(response.body) if response.status == 200 else NoAnswer(f"http_{response.status}")

    def _headers(self, request_id: str) -> Mapping[str, str]:
        stamp = str(int(self._clock.now().timestamp() * 1000))
        user, secret = self._credentials.user, self._credentials.secret
        proof = sha256(f"{self._url}{user}{stamp}{secret}".encode()).hexdigest()
        return {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": '""',
            "Timestamp": stamp,
            "Authorization": "Basic " + b64encode(f"{user}:{proof}".encode()).decode("ascii"),
            "X-Road-Client": self._credentials.x_road_client,
            "X-Correlation-Id": request_id,
        }
