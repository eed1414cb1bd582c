"""Request objects at an address of their client (OIDC Core 6.2, RFC 9101 5.2): fetched, and remembered for a while."""

import asyncio
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256

from msgspec import Struct

from idp.outbound.http import EgressError, HttpCaller, OutboundRequest
from idp.protocol.authorize.errors import PageError
from idp.protocol.errors import INVALID_REQUEST_URI

_DEADLINE = timedelta(seconds=3)
# What a request object may have is less (`idp.protocol.client_auth.client_jws`): a longer answer is none.
_MAX_BYTES = 16 * 1024
# Anybody can make us look at a registered address: once in this time, whoever asks and whatever came.
_REFETCH_AFTER = timedelta(seconds=10)
# An object whose fragment is its hash is the same for ever; of all others the last look is kept.
_MOST = 1000
_FOUND = 200


class _Fetched(Struct, frozen=True):
    """What the last look at an address brought; None or an empty text for nothing."""

    text: str | None
    at: datetime
    # The fragment is the hash of the content (OIDC Core 6.2): nothing else will ever be there.
    is_final: bool = False

    def suits(self, now: datetime) -> bool:
        return self.is_final or now - self.at <= _REFETCH_AFTER


class ReferencedObjects:
    """Finds request objects by their registered addresses."""

    def __init__(self, caller: HttpCaller) -> None:
        self._caller = caller
        self._fetched: dict[str, _Fetched] = {}
        self._running: dict[str, asyncio.Future[_Fetched]] = {}

    async def at(self, uri: str, now: datetime) -> str:
        """Return the text at a registered address. Raises `PageError` where there is none."""
        known = self._fetched.get(uri)
        if known is None or not known.suits(now):
            known = await self._fetch_once(uri, now)
        if not known.text:
            raise PageError(INVALID_REQUEST_URI, "the client's server did not bring the request object")
        return known.text

    async def _fetch_once(self, uri: str, now: datetime) -> _Fetched:
        """Wait for the one fetch that runs; a waiter that gives up does not end it for the others."""
        running = self._running.get(uri)
        if running is None:
            running = self._running[uri] = asyncio.ensure_future(self._fetch(uri, now))
            running.add_done_callback(lambda _: self._running.pop(uri))
        return await asyncio.shield(running)

    async def _fetch(self, uri: str, now: datetime) -> _Fetched:
        place, _, fragment = uri.partition("#")
        headers = {"Accept": "application/oauth-authz-req+jwt, application/jwt"}
        text, is_final = None, False
        try:
            answer = await self._caller.call(
                OutboundRequest("GET", place, _DEADLINE, headers=headers, max_response_bytes=_MAX_BYTES)
            )
            if answer.status == _FOUND:
                text, is_final = answer.body.decode("ascii").strip(), fragment == _hash_of(answer.body)
        except (EgressError, UnicodeDecodeError):
            pass
        fetched = _Fetched(text, now, is_final)
        # Addresses that are registered no more go first: they were asked for longest ago.
        self._fetched.pop(uri, None)
        self._fetched[uri] = fetched
        if len(self._fetched) > _MOST:
            del self._fetched[next(iter(self._fetched))]
        return fetched


def _hash_of(body: bytes) -> str:
    return urlsafe_b64encode(sha256(body).digest()).rstrip(b"=").decode("ascii")
