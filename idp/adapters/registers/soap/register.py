"""The population register over SOAP."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import TypeVar

from msgspec import Struct

from clients.local_days import day_of
from idp.adapters.registers.exchange import MAX_BYTES, exchange
from idp.adapters.registers.feed_cursor import FeedCursor
from idp.adapters.registers.gate import RegisterGate
from idp.adapters.registers.soap.answers import read_changes, read_look_up, read_match, read_ward_look_up
from idp.adapters.registers.soap.questions import Operation, write_feed_question, write_question
from idp.kernel.clock import Clock
from idp.outbound.http import HttpCaller, OutboundRequest
from idp.proofing.model import SYSTEM, ClaimedIdentity, OnBehalfOf, Purpose
from idp.proofing.policy import FEED_PURPOSE
from idp.proofing.registers.feed import FeedPage
from idp.proofing.registers.ports import Garbled, MatchAnswer, NoAnswer, RegisterAnswer
from idp.proofing.wards import WardAnswer
from records.structs import Unprinted

Answer = TypeVar("Answer")


class SoapCredentials(Unprinted, Struct, frozen=True):
    """Who we are to the national exchange: user, secret, key, X-Road path of our system, codes of the services."""

    user: str
    secret: str
    x_road_client: str
    api_key: str = ""
    look_up_code: str = "037"
    match_code: str = "003"
    changes_code: str = "037"


class SoapPopulationRegister:
    """Asks the services of vietnam.md 7.2; implements `PopulationRegister` and `ChangeFeed`."""

    def __init__(
        self, caller: HttpCaller, url: str, credentials: SoapCredentials, gate: RegisterGate, clock: Clock
    ) -> None:
        self._caller = caller
        self._url = url
        self._credentials = credentials
        self._gate = gate
        self._clock = clock

    async def match(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> MatchAnswer:
        """Ask `XacThucThongTinCongDan`."""
        question = write_question(
            Operation.MATCH,
            claimed,
            request_id=request_id,
            purpose=purpose,
            on_behalf_of=on_behalf_of,
            integration_code=self._credentials.match_code,
        )
        return await self._ask(question, request_id, read_match, deadline)

    async def look_up(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> RegisterAnswer:
        """Ask `TraCuuThongTinCongDan`."""
        question = write_question(
            Operation.LOOK_UP,
            claimed,
            request_id=request_id,
            purpose=purpose,
            on_behalf_of=on_behalf_of,
            integration_code=self._credentials.look_up_code,
        )
        return await self._ask(question, request_id, read_look_up, deadline)

    async def look_up_ward(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> WardAnswer:
        """Ask `TraCuuThongTinCongDan` about a child, and keep whom it names as representing it."""
        question = write_question(
            Operation.LOOK_UP,
            claimed,
            request_id=request_id,
            purpose=purpose,
            on_behalf_of=on_behalf_of,
            integration_code=self._credentials.look_up_code,
        )
        return await self._ask(question, request_id, read_ward_look_up, deadline)

    async def changes(self, cursor: str, *, request_id: str, deadline: timedelta) -> FeedPage | NoAnswer | Garbled:
        """Ask for the page of the feed after `cursor`."""
        place, now = FeedCursor.read(cursor), self._clock.now()
        question = write_feed_question(
            place,
            f"{day_of(now):%Y%m%d}",
            request_id=request_id,
            purpose=FEED_PURPOSE,
            on_behalf_of=SYSTEM,
            integration_code=self._credentials.changes_code,
        )
        return await self._ask(question, request_id, lambda body: read_changes(body, place, now), deadline)

    async def _ask(
        self, question: bytes, request_id: str, read: Callable[[bytes], Answer], deadline: timedelta
    ) -> Answer | NoAnswer | Garbled:
        async def ask(left: timedelta) -> Answer | NoAnswer | Garbled:
            request = OutboundRequest("POST", self._url, left, question, self._headers(request_id), MAX_BYTES)
            body = await exchange(self._caller, request)
            return read(body) if isinstance(body, bytes) else body

        return await self._gate.ask(ask, deadline)

    def _headers(self, request_id: str) -> Mapping[str, str]:
        stamp = str(int(self._clock.now().timestamp() * 1000))
        user, secret = self._credentials.user, self._credentials.secret
        proof = sha256(f"{self._url}{user}{stamp}{secret}".encode()).hexdigest()
        key = {"ApiKey": self._credentials.api_key} if self._credentials.api_key else {}
        return {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": '""',
            "Timestamp": stamp,
            "Authorization": "Basic " + b64encode(f"{user}:{proof}".encode()).decode("ascii"),
            "X-Road-Client": self._credentials.x_road_client,
            "X-Correlation-Id": request_id,
            **key,
        }
