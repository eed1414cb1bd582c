"""The userinfo endpoint: one read."""

from clients.registry import ClientRegistry
from idp.grants.ports import GrantReader
from idp.kernel.clock import Clock
from idp.protocol.answers import Answer
from idp.protocol.house import House
from idp.protocol.tokens import read_access_token
from idp.protocol.userinfo import UserinfoSnapshot, challenge, decide_userinfo


class UserinfoEndpoint:
    """Answers userinfo requests (OIDC Core 5.3)."""

    def __init__(self, house: House, registry: ClientRegistry, grants: GrantReader, clock: Clock) -> None:
        """Take the house, the clients, the grants and the clock."""
        self._house = house
        self._registry = registry
        self._grants = grants
        self._clock = clock

    async def answer(self, presented: tuple[str, ...]) -> Answer:
        """Return the claims for the one access token that was shown, in the header or the form (RFC 6750 2)."""
        if not presented:
            return challenge(None)
        if len(presented) > 1:
            return challenge("invalid_request", "Show the access token once.", status=400)
        now = self._clock.now()
        token = read_access_token(self._house, presented[0], now)
        state = None
        if token is not None and token.grant_id is not None:
            state = await self._grants.state(token.grant_id, token.jti, now)
        client = self._registry.get(token.client_id) if token else None
        return decide_userinfo(self._house, UserinfoSnapshot(token, state, client, now))
