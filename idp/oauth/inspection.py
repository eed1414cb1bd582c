"""The introspection and revocation endpoints."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from clients.model import Client, ClientId
from idp.audit.client_refusals import RefusedAt
from idp.grants.model import GrantLife, GrantState
from idp.grants.ports import GrantReader
from idp.kernel.ids import GrantId
from idp.oauth.back_channel import BackChannel, BackChannelRequest
from idp.protocol.answers import Answer, Decision
from idp.protocol.client_auth.authentication import NO_CREDENTIALS
from idp.protocol.decider import ClientFacts
from idp.protocol.introspection import (
    InspectionSnapshot,
    PresentedToken,
    decide_introspection,
    decide_introspection_by_bearer,
    decide_revocation,
    decide_signed_introspection,
)
from idp.protocol.provider import Provider
from idp.protocol.tokens.delegated import any_stopped
from idp.protocol.tokens.issued import read_access_token

# How an access token's grant is read: revocation records the person, introspection needs the life alone.
ReadGrant = Callable[[GrantId, str, datetime], Awaitable[GrantState | GrantLife | None]]


class InspectionEndpoint:
    """Answers questions about tokens (RFC 7662) and ends them (RFC 7009)."""

    def __init__(self, channel: BackChannel, grants: GrantReader) -> None:
        self._channel = channel
        self._grants = grants

    async def introspect(self, request: BackChannelRequest, *, signed: bool = False) -> Answer:
        """Return what the asking client may know of a token; as a JWT for it where it wants that (RFC 9701)."""
        rule = decide_signed_introspection if signed else decide_introspection
        return await self._answer(request, rule, self._grants.life, RefusedAt.INTROSPECTION)

    async def introspect_by_bearer(self, request: BackChannelRequest, bearer: str, client: Client) -> Answer:
        """Return what a client may know of a token, when it shows a token of its own instead of its credentials."""
        now, provider = self._channel.clock.now(), self._channel.provider
        shown = await self._load(bearer, now, self._grants.life)
        same = request.form.get("token") == bearer
        asked = shown if same else await self._load(request.form.get("token"), now, self._grants.life)
        facts = ClientFacts(NO_CREDENTIALS, client)
        snapshot = InspectionSnapshot(request.form, facts, asked, request.origin, now)
        return decide_introspection_by_bearer(provider, shown, snapshot).answer

    async def revoke(self, request: BackChannelRequest) -> Answer:
        """End a token; the answer leaves when the end is durable."""
        return await self._answer(request, decide_revocation, self._grants.state, RefusedAt.REVOCATION)

    async def _answer(
        self,
        request: BackChannelRequest,
        rule: Callable[[Provider, InspectionSnapshot], Decision],
        read: ReadGrant,
        place: RefusedAt,
    ) -> Answer:
        async def decide(facts: ClientFacts, now: datetime) -> Decision:
            presented = await self._load(request.form.get("token"), now, read)
            return rule(self._channel.provider, InspectionSnapshot(request.form, facts, presented, request.origin, now))

        return await self._channel.answer(request, decide, place)

    async def _load(self, text: str | None, now: datetime, read: ReadGrant) -> PresentedToken | None:
        """Return the presented token with its grant, in one read; None for a text that is not ours."""
        provider = self._channel.provider
        if text is None:
            return None
        refresh = provider.refresh_tokens.parse(text)
        if refresh is not None:
            state = await self._grants.state(refresh.grant_id, "", now)
            owner = state.grant.client_id if state else ClientId("")
            return PresentedToken(refresh, state, token_revoked=False, owner_active=self._is_active(owner))
        access = read_access_token(provider, text, now)
        if access is None:
            return None
        active = self._is_active(access.client_id) and not any_stopped(access, self._channel.registry)
        if access.grant_id is None:
            revoked = await self._grants.token_revoked(access.jti)
            return PresentedToken(access, None, revoked, active)
        life = await read(access.grant_id, access.jti, now)
        # A token that was carried on (RFC 8693) ends too with the client that its person signed in to.
        active = active and (life is None or self._is_active(_given_to(life)))
        return PresentedToken(access, life, life is not None and life.token_revoked, active)

    def _is_active(self, client_id: ClientId) -> bool:
        client = self._channel.registry.get(client_id)
        return client is not None and client.active


def _given_to(life: GrantState | GrantLife) -> ClientId:
    return life.grant.client_id if isinstance(life, GrantState) else life.client_id
