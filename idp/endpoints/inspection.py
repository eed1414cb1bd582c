"""The introspection and revocation endpoints."""

from collections.abc import Callable
from datetime import datetime

from idp.endpoints.back_channel import BackChannel, BackChannelRequest
from idp.grants.ports import GrantReader
from idp.protocol.answers import Answer, Decision
from idp.protocol.decider import ClientFacts
from idp.protocol.forms import Form
from idp.protocol.house import House
from idp.protocol.token_inspection import (
    InspectionSnapshot,
    PresentedToken,
    decide_introspection,
    decide_revocation,
)
from idp.protocol.tokens import read_access_token


class InspectionEndpoint:
    """Answers questions about tokens (RFC 7662) and ends them (RFC 7009)."""

    def __init__(self, channel: BackChannel, grants: GrantReader) -> None:
        """Take the shared parts and the grants."""
        self._channel = channel
        self._grants = grants

    async def introspect(self, request: BackChannelRequest) -> Answer:
        """Return what the asking client may know of a token."""
        return await self._answer(request, decide_introspection)

    async def revoke(self, request: BackChannelRequest) -> Answer:
        """End a token; the answer leaves when the end is durable."""
        return await self._answer(request, decide_revocation)

    async def _answer(
        self, request: BackChannelRequest, rule: Callable[[House, InspectionSnapshot], Decision]
    ) -> Answer:
        async def decide(facts: ClientFacts, now: datetime) -> Decision:
            presented = await self._load(request.form, now)
            return rule(self._channel.house, InspectionSnapshot(request.form, facts, presented, request.origin, now))

        return await self._channel.answer(request, decide)

    async def _load(self, form: Form, now: datetime) -> PresentedToken | None:
        """Return the presented token with its grant, in one read; None for a text that is not ours."""
        text, house = form.get("token"), self._channel.house
        if text is None:
            return None
        refresh = house.refresh_tokens.parse(text)
        if refresh is not None:
            state = await self._grants.state(refresh.grant_id, "", now)
            return PresentedToken(refresh, state, token_revoked=False)
        access = read_access_token(house, text, now)
        if access is None:
            return None
        if access.grant_id is None:
            return PresentedToken(access, None, token_revoked=await self._grants.token_revoked(access.jti))
        state = await self._grants.state(access.grant_id, access.jti, now)
        return PresentedToken(access, state, token_revoked=state is not None and state.token_revoked)
