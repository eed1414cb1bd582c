"""The public keys that clients sign with: inline, or fetched from `jwks_uri` and remembered for a while."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from clients.jwk_set import PRIVATE_MEMBERS
from clients.model import Client
from clients.tokens.encryption import ENCRYPTED, encryption_of, fitting_key
from idp.outbound.http import EgressError, HttpCaller, OutboundRequest
from idp.protocol.client_auth.self_signed_tls_client_auth import is_registered
from idp.protocol.sender.shown import Certificate

Jwks = Mapping[str, list[dict[str, str]]]
NO_KEYS: Jwks = {"keys": []}
_DEADLINE = timedelta(seconds=3)
_KEEP = timedelta(minutes=10)
# A token with an unknown kid causes at most one fetch in this time (OIDC Core 10.1.1: rotation), and so does a
# client's server that is away.
_REFETCH_AFTER = timedelta(seconds=10)
# Registered and fetched keys have none that is empty: whoever asks for it wants others than are known.
_NOBODYS_KID = ""
_MAX_BYTES = 64 * 1024


class _KeyDocument(Struct):
    keys: list[dict[str, object]]


class _Fetched(Struct, frozen=True):
    """What the last fetch left: `came` is False when it brought nothing and `jwks` is what was known before."""

    jwks: Jwks
    at: datetime
    came: bool

    def suits(self, kid: str | None, now: datetime) -> bool:
        age = now - self.at
        return age <= _REFETCH_AFTER or (age <= _KEEP and self.came and not _lacks(self.jwks, kid))


class ClientKeys:
    """Finds the keys of a client."""

    def __init__(self, caller: HttpCaller) -> None:
        self._caller = caller
        self._fetched: dict[str, _Fetched] = {}
        self._running: dict[str, asyncio.Future[_Fetched]] = {}

    async def of(self, client: Client, kid: str | None, now: datetime) -> Jwks:
        """Return the client's keys; fetched anew when old, or when none of them has this `kid`."""
        if client.jwks is not None:
            return client.jwks
        if client.jwks_uri is None:
            return NO_KEYS
        known = self._fetched.get(client.jwks_uri)
        if known is None or not known.suits(kid, now):
            known = await self._fetch_once(client.jwks_uri, known, now)
        return known.jwks

    async def to_encrypt_for(self, client: Client, now: datetime) -> Jwks:
        """Return the client's keys; fetched anew when none of them is one to encrypt for, as for an unknown `kid`."""
        jwks = await self.of(client, None, now)
        wanted = [found[0] for what in ENCRYPTED if (found := encryption_of(client, what)) is not None]
        if all(fitting_key(jwks["keys"], algorithm) is not None for algorithm in wanted):
            return jwks
        return await self.of(client, _NOBODYS_KID, now)

    async def to_prove(self, client: Client, certificate: Certificate | None, now: datetime) -> Jwks:
        """Return the client's keys; fetched anew when none of them is that of its certificate (RFC 8705 2.2.1)."""
        if certificate is None:
            return NO_KEYS
        jwks = await self.of(client, None, now)
        return jwks if is_registered(certificate, jwks) else await self.of(client, _NOBODYS_KID, now)

    async def _fetch_once(self, uri: str, known: _Fetched | None, now: datetime) -> _Fetched:
        """Wait for the one fetch that runs; a waiter that gives up does not end it for the others."""
        running = self._running.get(uri)
        if running is None:
            running = self._running[uri] = asyncio.ensure_future(self._fetch(uri, known, now))
            running.add_done_callback(lambda _: self._running.pop(uri))
        return await asyncio.shield(running)

    async def _fetch(self, uri: str, known: _Fetched | None, now: datetime) -> _Fetched:
        headers = {"Accept": "application/json"}
        request = OutboundRequest("GET", uri, _DEADLINE, headers=headers, max_response_bytes=_MAX_BYTES)
        # The old keys stay good while the client's server is away; a client without any cannot authenticate.
        fetched = _Fetched(known.jwks if known else NO_KEYS, now, came=False)
        try:
            response = await self._caller.call(request)
            if response.status == 200:
                document = msgspec.json.decode(response.body, type=_KeyDocument)
                fetched = _Fetched({"keys": _public_members(document)}, now, came=True)
        except (EgressError, msgspec.MsgspecError):
            pass
        self._fetched[uri] = fetched
        return fetched


def _public_members(document: _KeyDocument) -> list[dict[str, str]]:
    """Return the asymmetric public keys of the document, textual members only.

    A key that shows any private part is refused: whoever read the document can sign with it (RFC 7518 6.2.2, 6.3.2).
    """
    public = [key for key in document.keys if PRIVATE_MEMBERS.isdisjoint(key)]
    keys = [{name: value for name, value in key.items() if isinstance(value, str)} for key in public]
    return [key for key in keys if key.get("kty") in {"EC", "RSA"}]


def _lacks(jwks: Jwks, kid: str | None) -> bool:
    return kid is not None and all(key.get("kid") != kid for key in jwks["keys"])
