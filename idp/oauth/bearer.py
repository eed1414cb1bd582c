"""Reading the access tokens of ours that are shown to us: the one place that loads what a token stands for."""

from datetime import datetime

from msgspec import Struct

from clients.ports import ClientLookup
from idp.grants.ports import GrantReader
from idp.protocol.provider import Provider
from idp.protocol.tokens.bearer import ActiveToken, ShownToken, active_token, is_for_provider_alone
from idp.protocol.tokens.issued import read_access_token


class BearerTokens(Struct, frozen=True):
    """Reads a token with its grant and its client: one round trip, none for a text that is not ours."""

    provider: Provider
    registry: ClientLookup
    grants: GrantReader

    async def shown(self, text: str, now: datetime) -> ShownToken:
        """Return what the text stands for."""
        token = read_access_token(self.provider, text, now)
        if token is None:
            return ShownToken(None, None, None)
        state = None
        if token.grant_id is not None:
            state = await self.grants.state(token.grant_id, token.jti, now)
        return ShownToken(token, state, self.registry.get(token.client_id))

    async def of_provider(self, text: str, now: datetime) -> ActiveToken | None:
        """Return a person's token that counts now and is for this provider alone; None for any other text."""
        active = active_token(await self.shown(text, now), now)
        return active if active is not None and is_for_provider_alone(self.provider, active.token) else None
