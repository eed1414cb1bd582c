"""The token endpoint: one load, one decision, one transaction."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from clients.model import CIBA, DEVICE_CODE
from idp.oauth.back_channel import BackChannel, BackChannelRequest
from idp.oauth.grants import GrantLoader
from idp.protocol.answers import Answer, Decision
from idp.protocol.decider import ClientFacts
from idp.protocol.sender.binding import must_come_again
from idp.protocol.token.endpoint import TokenSnapshot, decide_token

# The grants that a client asks for until somebody has decided.
_POLLED = frozenset({DEVICE_CODE, CIBA})


class TokenEndpoint(Struct, frozen=True):
    """Answers token requests (RFC 6749 3.2)."""

    channel: BackChannel
    loaders: Mapping[str, GrantLoader]

    async def answer(self, request: BackChannelRequest) -> Answer:
        """Return tokens or an error; nothing leaves before it is committed."""

        async def decide(facts: ClientFacts, now: datetime) -> Decision:
            grant_type = request.form.get("grant_type") or ""
            loader = self.loaders.get(grant_type)
            if grant_type in _POLLED and must_come_again(facts.client, facts.sender):
                # Who is told to come again with our nonce has not polled yet; two requests would be one too soon.
                loader = None
            loaded = await loader.load(request.form, now) if loader is not None else None
            snapshot = TokenSnapshot(request.form, facts, loaded, request.origin, now)
            return decide_token(self.channel.provider, snapshot)

        return await self.channel.answer(request, decide)
