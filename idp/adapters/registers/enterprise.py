"""The enterprise register: so far only whether it answers (vietnam.md 7.2, `TraCuuThongTinDoanhNghiep`)."""

from datetime import timedelta

import orjson

from idp.adapters.registers.exchange import MAX_BYTES, exchange
from idp.adapters.registers.gate import RegisterGate
from idp.kernel.egress import HttpCaller, OutboundRequest
from idp.proofing.ports import Garbled, NoAnswer

# Ten zeros fail the check digit (Circular 86/2024): nobody has this code, so nothing about anybody comes back.
_NOBODYS_CODE = "0000000000"


class EnterpriseRegister:
    """Asks the look-up of the exchange, behind a gate of its own."""

    def __init__(self, caller: HttpCaller, url: str, gate: RegisterGate) -> None:
        """Take the guarded client, the register's address, and the gate before it."""
        self._caller = caller
        self._url = f"{url.rstrip('/')}/TraCuuThongTinDoanhNghiep?MaSoDoanhNghiep={_NOBODYS_CODE}"
        self._gate = gate

    async def answers(self, *, deadline: timedelta) -> bool:
        """Return whether it answered a look-up of nobody; never raises for what the register does."""
        return await self._gate.ask(self._look_up_nobody, deadline) is None

    async def _look_up_nobody(self, left: timedelta) -> NoAnswer | Garbled | None:
        body = await exchange(self._caller, OutboundRequest("GET", self._url, left, max_response_bytes=MAX_BYTES))
        if not isinstance(body, bytes):
            return body
        try:
            answer: object = orjson.loads(body)
        except ValueError:
            return Garbled("not_json")
        if not isinstance(answer, dict) or "ResultObject" not in answer:
            return Garbled("not_an_answer")
        return NoAnswer("fault") if answer.get("ThrowException") else None
