"""Pushed authorization requests (RFC 9126): the endpoint, and the short-lived store behind it."""

from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from clients.model import Client
from idp.audit.client_refusals import RefusedAt
from idp.kernel.errors import BusyError
from idp.kernel.secrets import HashKey, SealBrokenError, Sealer
from idp.kernel.shortlived import ShortLivedStore
from idp.oauth.back_channel import BackChannel, BackChannelRequest
from idp.oauth.request_objects import RequestObjects
from idp.protocol.answers import Answer, Decision
from idp.protocol.authorize.checks import size_of
from idp.protocol.authorize.pushed import PushedDecision, PushedRequest, PushedSnapshot, decide_pushed
from idp.protocol.decider import ClientFacts
from idp.sign_in.networks import network_admits

_DECODER = msgspec.msgpack.Decoder(PushedRequest)
_SPENT = b"1"
_KIB = 1024
# What an entry costs beside its letters: its key, its seal, what the store keeps of it.
_OVERHEAD = 512
# In the minute that they live: some ten thousand of a large portal, some five hundred behind one address.
_CLIENT_KIB, _NETWORK_KIB = 16 * _KIB, _KIB


class PushedRequestStore(Struct, frozen=True):
    """Keeps pushed requests under hashes of their references, sealed: a hint in one may name a person.

    `life` is how long one may be begun with, `memory` how long it is remembered as spent: as long as a page that it
    led to may be answered.
    """

    store: ShortLivedStore
    sealer: Sealer
    hash_key: HashKey
    life: timedelta
    memory: timedelta

    async def put(self, reference: str, request: PushedRequest) -> None:
        """Keep a new one: one write."""
        key = self._key(reference)
        await self.store.put(key, self.sealer.seal(msgspec.msgpack.encode(request), key), self.life)

    async def get(self, reference: str) -> PushedRequest | None:
        """Return what was pushed; None for what is unknown, too old, or answered before."""
        key = self._key(reference)
        sealed = await self.store.get(key)
        if sealed is None or await self.store.get(_spent(key)) is not None:
            return None
        try:
            return _DECODER.decode(self.sealer.open(sealed, key))
        except SealBrokenError:
            return None

    async def spend(self, reference: str) -> bool:
        """Say whether this call was the first to answer it (RFC 9126 7.3): of two browsers one gets its code."""
        return await self.store.put_if_absent(_spent(self._key(reference)), _SPENT, self.memory)

    def _key(self, reference: str) -> str:
        return f"pushed:{self.hash_key.digest(reference).hex()}"


class PushedRequestRoom(Struct, frozen=True):
    """Bounds what is kept for each client, and for each network where a client proves nothing: anybody may be it."""

    store: ShortLivedStore
    life: timedelta

    async def admit(self, client: Client | None, request: PushedRequest, address: str) -> None:
        """Count what is to be kept. Raises `BusyError` where the share of the client or the network is used up."""
        weight = -(-(size_of(request.parameters) + _OVERHEAD) // _KIB)
        anybody = client is None or not client.confidential
        if anybody and not await network_admits(self.store, "pushed", address, _NETWORK_KIB, self.life, weight):
            raise BusyError("a network's pushed requests wait", retry_after=self.life)
        if await self.store.count(f"pushed-by:{request.client_id}", self.life, weight) > _CLIENT_KIB:
            raise BusyError("a client's pushed requests wait", retry_after=self.life)


class PushedRequestEndpoint(Struct, frozen=True):
    """Answers pushed authorization requests (RFC 9126 2)."""

    channel: BackChannel
    objects: RequestObjects
    requests: PushedRequestStore
    room: PushedRequestRoom

    async def answer(self, request: BackChannelRequest) -> Answer:
        """Return a reference, or an error; what is kept is kept after the client's proof is spent."""
        decided: PushedDecision | None = None

        async def decide(facts: ClientFacts, now: datetime) -> Decision:
            nonlocal decided
            keys = await self.objects.keys_for(facts.client, request.form, now)
            snapshot = PushedSnapshot(request.form, facts, request.origin, now, keys, self.channel.registry)
            decided = decide_pushed(self.channel.provider, snapshot)
            return decided.decision

        answer = await self.channel.answer(request, decide, RefusedAt.PUSHED_REQUEST)
        # An answer of another status is not the decision's: the client's proof had been used before.
        if decided is not None and decided.kept is not None and answer.status == decided.decision.answer.status:
            await self.room.admit(
                self.channel.registry.get(decided.kept.client_id), decided.kept, request.origin.address
            )
            await self.requests.put(decided.reference, decided.kept)
        return answer


def _spent(key: str) -> str:
    return f"{key}:spent"
