"""The population register through a REST wrapper."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar

from msgspec import Struct

from clients.local_days import day_of
from idp.adapters.registers.exchange import MAX_BYTES, exchange
from idp.adapters.registers.feed_cursor import FeedCursor
from idp.adapters.registers.gate import RegisterGate
from idp.adapters.registers.rest.answers import read_changes, read_look_up, read_match, read_ward_look_up
from idp.adapters.registers.rest.questions import Path, write_feed_question, write_question
from idp.kernel.clock import Clock
from idp.outbound.http import HttpCaller, OutboundRequest
from idp.proofing.model import SYSTEM, ClaimedIdentity, OnBehalfOf, Purpose
from idp.proofing.policy import FEED_PURPOSE
from idp.proofing.registers.feed import FeedPage
from idp.proofing.registers.ports import Garbled, MatchAnswer, NoAnswer, RegisterAnswer
from idp.proofing.wards import WardAnswer
from records.structs import Unprinted

Answer = TypeVar("Answer")


class RestCredentials(Unprinted, Struct, frozen=True):
    """Who we are to the wrapper: user and secret (RFC 7617 2), and the platform's key where it wants one."""

    user: str
    secret: str
    api_key: str = ""


class RestPopulationRegister:
    """Asks the wrapper's services below one address; implements `PopulationRegister` and `ChangeFeed`."""

    def __init__(
        self, caller: HttpCaller, url: str, credentials: RestCredentials, gate: RegisterGate, clock: Clock
    ) -> None:
        self._caller = caller
        self._url = url.rstrip("/")
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
        """Ask whether the claim is right."""
        question = write_question(
            claimed, request_id=request_id, purpose=purpose, on_behalf_of=on_behalf_of, user=self._credentials.user
        )
        return await self._ask(Path.MATCH, question, request_id, read_match, deadline)

    async def look_up(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> RegisterAnswer:
        """Ask for the record."""
        question = write_question(
            claimed, request_id=request_id, purpose=purpose, on_behalf_of=on_behalf_of, user=self._credentials.user
        )
        return await self._ask(Path.LOOK_UP, question, request_id, read_look_up, deadline)

    async def look_up_ward(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> WardAnswer:
        """Ask for the record of a child, and keep whom it names as representing it."""
        question = write_question(
            claimed, request_id=request_id, purpose=purpose, on_behalf_of=on_behalf_of, user=self._credentials.user
        )
        return await self._ask(Path.LOOK_UP, question, request_id, read_ward_look_up, deadline)

    async def changes(self, cursor: str, *, request_id: str, deadline: timedelta) -> FeedPage | NoAnswer | Garbled:
        """Ask for the page of the feed after `cursor`."""
        place, now = FeedCursor.read(cursor), self._clock.now()
        question = write_feed_question(
            place,
            f"{day_of(now):%Y%m%d}",
            request_id=request_id,
            purpose=FEED_PURPOSE,
            on_behalf_of=SYSTEM,
            user=self._credentials.user,
        )
        return await self._ask(
            Path.CHANGES, question, request_id, lambda body: read_changes(body, place, now), deadline
        )

    async def _ask(
        self, path: Path, question: bytes, request_id: str, read: Callable[[bytes], Answer], deadline: timedelta
    ) -> Answer | NoAnswer | Garbled:
        async def ask(left: timedelta) -> Answer | NoAnswer | Garbled:
            url, headers = f"{self._url}/{path}", self._headers(request_id)
            body = await exchange(self._caller, OutboundRequest("POST", url, left, question, headers, MAX_BYTES))
            return read(body) if isinstance(body, bytes) else body

        return await self._gate.ask(ask, deadline)

    def _headers(self, request_id: str) -> Mapping[str, str]:
        pair = f"{self._credentials.user}:{self._credentials.secret}"
        key = {"ApiKey": self._credentials.api_key} if self._credentials.api_key else {}
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Accept": "application/json",
            "Authorization": "Basic " + b64encode(pair.encode()).decode("ascii"),
            "X-Correlation-Id": request_id,
            **key,
        }
