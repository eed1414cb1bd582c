"""The token endpoint: one load, one decision, one transaction."""

from datetime import datetime

from idp.grants.ports import GrantReader
from idp.oauth.back_channel import BackChannel, BackChannelRequest
from idp.oauth.codes import CodeShelf
from idp.protocol.answers import Answer, Decision
from idp.protocol.decider import ClientFacts
from idp.protocol.forms import Form
from idp.protocol.token.authorization_code import CodeFacts
from idp.protocol.token.endpoint import TokenSnapshot, decide_token
from idp.protocol.token.refresh_token import RefreshFacts

_NO_ACCESS_TOKEN = ""


class TokenEndpoint:
    """Answers token requests (RFC 6749 3.2)."""

    def __init__(self, channel: BackChannel, codes: CodeShelf, grants: GrantReader) -> None:
        """Take the shared parts, the codes and the grants."""
        self._channel = channel
        self._codes = codes
        self._grants = grants

    async def answer(self, request: BackChannelRequest) -> Answer:
        """Return tokens or an error; nothing leaves before it is committed."""

        async def decide(facts: ClientFacts, now: datetime) -> Decision:
            presented = await self._load(request.form, now)
            snapshot = TokenSnapshot(request.form, facts, presented, request.origin, now)
            return decide_token(self._channel.house, snapshot)

        return await self._channel.answer(request, decide)

    async def _load(self, form: Form, now: datetime) -> CodeFacts | RefreshFacts | None:
        """Return what the store knows of the presented code or refresh token."""
        house, kind = self._channel.house, form.get("grant_type")
        if kind == "authorization_code" and (code := form.get("code")):
            code_hash = house.token_hash.digest(code)
            return CodeFacts(code_hash, await self._codes.get(code_hash))
        if kind == "refresh_token" and (text := form.get("refresh_token")):
            token = house.refresh_tokens.parse(text)
            state = await self._grants.state(token.grant_id, _NO_ACCESS_TOKEN, now) if token else None
            return RefreshFacts(token, state)
        # Both kinds of facts are asked for only by their own grant; an absent parameter is Authlib's to refuse.
        return CodeFacts(b"", None) if kind == "authorization_code" else RefreshFacts(None, None)
