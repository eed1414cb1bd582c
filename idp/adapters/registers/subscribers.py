"""The carriers' subscriber match over HTTP.

Thông tư 08/2026/TT-BKHCN names what carriers match, not how they answer others: the names of fields are ours until an
agreement with them settles them, and stand only here.
"""

from datetime import datetime, timedelta

import orjson

from idp.adapters.registers.exchange import exchange
from idp.adapters.registers.gate import RegisterGate
from idp.kernel.secrets import Secret
from idp.outbound.http import HttpCaller, OutboundRequest
from idp.proofing.model import Purpose
from idp.proofing.policy import HEARTBEAT_PURPOSE, NOBODY
from idp.proofing.registers.ports import Garbled, NoAnswer
from idp.proofing.registers.subscribers import NotSubscribed, Subscribed, SubscriberAnswer
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber

# A yes, a no, a date.
_MAX_BYTES = 4096
_NOBODYS_PHONE = PhoneNumber("+84500000000")


class CarriersSubscriberMatch:
    """Asks the carriers' common address behind a gate of its own; implements `SubscriberMatch`."""

    def __init__(self, caller: HttpCaller, url: str, secret: Secret, gate: RegisterGate) -> None:
        """Take the guarded client, the address, the key that the carriers gave us, and the gate before it."""
        self._caller = caller
        self._url = f"{url.rstrip('/')}/DoiSoatThueBao"
        self._secret = secret
        self._gate = gate

    async def match(
        self,
        number: PersonalNumber,
        phone: PhoneNumber,
        *,
        request_id: str,
        purpose: Purpose,
        deadline: timedelta,
    ) -> SubscriberAnswer:
        """Return what the carriers say within `deadline`."""
        # In the body: neither is part of an address that proxies write down.
        body = orjson.dumps({"SoDinhDanh": number.digits, "SoThueBao": phone.e164, "MaDVC": purpose.code})
        headers = {
            "Content-Type": "application/json",
            "X-Correlation-Id": request_id,
            "ApiKey": self._secret.reveal(),
        }

        async def ask(left: timedelta) -> SubscriberAnswer:
            question = OutboundRequest("POST", self._url, left, body, headers, _MAX_BYTES)
            answer = await exchange(self._caller, question)
            return _read(answer, request_id) if isinstance(answer, bytes) else answer

        return await self._gate.ask(ask, deadline)

    async def answers(self, *, request_id: str, deadline: timedelta) -> None:
        """Ask about nobody, so that the gate knows how the carriers are doing."""
        await self.match(
            NOBODY.number, _NOBODYS_PHONE, request_id=request_id, purpose=HEARTBEAT_PURPOSE, deadline=deadline
        )


def _read(body: bytes, request_id: str) -> SubscriberAnswer:
    try:
        answer: object = orjson.loads(body)
    except ValueError:
        return Garbled("not_json")
    if not isinstance(answer, dict):
        return Garbled("not_an_answer")
    if answer.get("MaYeuCau") != request_id:
        # The answer to another question is no fact about this phone (AL-7).
        return Garbled("wrong_question")
    match answer.get("KetQua"):
        case "loi":
            return NoAnswer("fault")
        case "khong_khop":
            return NotSubscribed()
        case "khop":
            return _since(answer.get("NgayHieuLuc"))
        case _:
            return Garbled("not_an_answer")


def _since(written: object) -> Subscribed | Garbled:
    try:
        return Subscribed(datetime.strptime(str(written), "%Y%m%d").date())  # noqa: DTZ007 - a day, in no zone
    except ValueError:
        return Garbled("unreadable_field")
