"""One question after sign-in and recovery; its token says only that somebody did sign in."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from clients.model import Client, ClientId
from idp.account.rating_effects import SCORES, Occasion
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.secrets import HashKey
from idp.kernel.shortlived import ShortLivedStore
from idp.metrics.counter import MetricsCounter
from idp.metrics.model import Method, Place
from idp.sign_in.networks import network_admits

# Each sign-in earns one token; whoever signs in over and over still has one voice among many.
NETWORK_RATINGS = 60
# The page may stay open over lunch; a token that was never used is forgotten soon.
RATING_LIFE = timedelta(hours=2)
_MAC_BYTES = 32
_PURPOSE = "rating"


class _Offer(Struct, array_like=True):
    nonce: bytes
    occasion: Occasion
    method: str
    expires_at: int
    # Of the registry, "" where the person came from no portal. Last, with a default: older tokens lack it.
    client_id: ClientId = ClientId("")


class Ratings(Struct, frozen=True):
    """Offers the question and counts the answer. Of one answer the store has a used token, for a whole day."""

    ledger: Ledger
    store: ShortLivedStore
    key: HashKey
    clock: Clock
    metrics: MetricsCounter
    client_of: Callable[[ClientId], Client | None]

    async def too_many(self, address: str) -> bool:
        """Count an answer of a network and say whether it has sent too many."""
        return not await network_admits(self.store, "ratings", address, NETWORK_RATINGS)

    def offer(self, occasion: Occasion, method: str, came_from: ClientId) -> str:
        """Return a token for one answer: random, ours by its seal, and without a word about the person.

        `came_from` is what the browser says of the portal, "" for none: what the registry does not know is left out.
        """
        client = self._client(came_from)
        expires_at = int((self.clock.now() + RATING_LIFE).timestamp())
        portal = client.client_id if client else ClientId("")
        body = msgspec.msgpack.encode(_Offer(secrets.token_bytes(16), occasion, method, expires_at, portal))
        mac = self.key.digest(body.hex())
        return urlsafe_b64encode(mac + body).rstrip(b"=").decode()

    def offered(self, token: str) -> bool:
        """Say whether a token is ours and still good."""
        return self._read(token, self.clock.now()) is not None

    async def rate(self, token: str, score: int) -> bool:
        """Count the answer; False if the token is foreign, too old or used, or the score none of the five."""
        now = self.clock.now()
        offer = self._read(token, now)
        if offer is None or score not in SCORES:
            return False
        kept = await self.ledger.commit(
            ClaimOnce(purpose=_PURPOSE, value_hash=self.key.digest(token), expires_at=_day_after(now + RATING_LIFE))
        )
        if kept:
            client = self._client(offer.client_id)
            self.metrics.rated(client, Place(offer.occasion.value), Method.of(offer.method), score)
        return kept

    def _client(self, client_id: ClientId) -> Client | None:
        client = self.client_of(client_id)
        return client if client is not None and client.active else None

    def _read(self, token: str, now: datetime) -> _Offer | None:
        try:
            raw = urlsafe_b64decode(token[:400] + "=" * (-len(token) % 4))
        except (Base64Error, ValueError):
            return None
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not self.key.matches(body.hex(), mac):
            return None
        offer = msgspec.msgpack.decode(body, type=_Offer)
        # One spelling of a token only: its hash is what is claimed.
        canonical = urlsafe_b64encode(raw).rstrip(b"=").decode()
        return offer if token == canonical and now.timestamp() < offer.expires_at else None


def _day_after(at: datetime) -> datetime:
    """Return the end of a day (UTC): when a token was used is nobody's to read."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
