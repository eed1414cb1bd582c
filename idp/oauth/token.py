"""The token endpoint: one load, one decision, one transaction."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from idp.audit.client_refusals import RefusedAt
from idp.oauth.back_channel import BackChannel, BackChannelRequest
from idp.oauth.devices.polls import PollPace
from idp.oauth.grants import GrantLoader
from idp.protocol.answers import Answer, Decision
from idp.protocol.decider import ClientFacts
from idp.protocol.token.endpoint import TokenSnapshot, decide_token


class TokenEndpoint(Struct, frozen=True):
    """Answers token requests (RFC 6749 3.2)."""

    channel: BackChannel
    loaders: Mapping[str, GrantLoader]
    pace: PollPace

    async def answer(self, request: BackChannelRequest) -> Answer:
        """Return tokens or an error; nothing leaves before it is committed."""

        async def decide(facts: ClientFacts, now: datetime) -> Decision:
            loader = self.loaders.get(request.form.get("grant_type") or "")
            loaded = await loader.load(request.form, now) if loader is not None else None
            snapshot = TokenSnapshot(request.form, facts, loaded, request.origin, now)
            return decide_token(self.channel.provider, snapshot)

        answer = await self.channel.answer(request, decide, RefusedAt.TOKEN)
        return await self.pace.measured(request.form, answer, self.channel.clock.now())
