"""The public keys that clients sign with: inline, or fetched from `jwks_uri` and remembered for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from clients.model import Client
from idp.kernel.egress import EgressError, HttpCaller, OutboundRequest

Jwks = Mapping[str, list[dict[str, str]]]
NO_KEYS: Jwks = {"keys": []}
_DEADLINE = timedelta(seconds=3)
_KEEP = timedelta(minutes=10)
# A token with an unknown kid causes at most one fetch in this time (OIDC Core 10.1.1: rotation).
_REFETCH_AFTER = timedelta(seconds=10)
_MAX_BYTES = 64 * 1024


class _KeyDocument(msgspec.Struct):
    keys: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class _Fetched:
    jwks: Jwks
    at: datetime


class ClientKeys:
    """Finds the keys of a client."""

    def __init__(self, caller: HttpCaller) -> None:
        """Take the guarded HTTP client."""
        self._caller = caller
        self._fetched: dict[str, _Fetched] = {}

    async def of(self, client: Client, kid: str | None, now: datetime) -> Jwks:
        """Return the client's keys; fetched anew when old, or when none of them has this `kid`."""
        if client.jwks is not None:
            return client.jwks
        if client.jwks_uri is None:
            return NO_KEYS
        known = self._fetched.get(client.jwks_uri)
        if known is None or now - known.at > _KEEP or (_lacks(known.jwks, kid) and now - known.at > _REFETCH_AFTER):
            known = await self._fetch(client.jwks_uri, known, now)
        return known.jwks

    async def _fetch(self, uri: str, known: _Fetched | None, now: datetime) -> _Fetched:
        request = OutboundRequest("GET", uri, _DEADLINE, headers={"Accept": "application/json"})
        try:
            response = await self._caller.call(request)
            document = msgspec.json.decode(response.body[:_MAX_BYTES], type=_KeyDocument)
        except (EgressError, msgspec.MsgspecError):
            # The old keys stay good while the client's server is away; a client without any cannot authenticate.
            fetched = _Fetched(known.jwks if known else NO_KEYS, now)
        else:
            good = response.status == 200
            fetched = _Fetched({"keys": _public_members(document)} if good else NO_KEYS, now)
        self._fetched[uri] = fetched
        return fetched


def _public_members(document: _KeyDocument) -> list[dict[str, str]]:
    """Return the asymmetric public keys of the document, textual members only."""
    keys = [{name: value for name, value in key.items() if isinstance(value, str)} for key in document.keys]
    return [key for key in keys if key.get("kty") in {"EC", "RSA"} and "d" not in key]


def _lacks(jwks: Jwks, kid: str | None) -> bool:
    return kid is not None and all(key.get("kid") != kid for key in jwks["keys"])
