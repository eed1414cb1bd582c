"""The provider's public keys: fetched once, fetched again when a token names a key we do not know."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from portals.relying_party.errors import TokenRefusedError

# A key that the provider withdrew in an emergency is forgotten after this long.
MAX_AGE = timedelta(minutes=10)
# Anyone may post a logout token with an invented `kid`; that must not become a stream of requests to the provider.
REFETCH_PAUSE = timedelta(seconds=5)


class ProviderKeys:
    """Finds the verification key that a token's `kid` names (RFC 7517 5; OIDC Core 10.1.1)."""

    def __init__(self, fetch: Callable[[], Awaitable[Mapping[str, object]]], algorithm: str) -> None:
        self._fetch = fetch
        self._algorithm = algorithm
        self._keys: dict[str, ECKey] = {}
        self._fetched_at: datetime | None = None
        self._lock = asyncio.Lock()

    async def key(self, kid: str, now: datetime) -> ECKey:
        """Return the key; TokenRefusedError when the provider does not publish it."""
        async with self._lock:
            if self._should_fetch(kid, now):
                self._fetched_at = now
                self._keys = signing_keys(await self._fetch(), self._algorithm)
        if kid not in self._keys:
            raise TokenRefusedError("the provider publishes no key with this kid")
        return self._keys[kid]

    def _should_fetch(self, kid: str, now: datetime) -> bool:
        if self._fetched_at is None:
            return True
        return now - self._fetched_at >= (MAX_AGE if kid in self._keys else REFETCH_PAUSE)


def signing_keys(document: Mapping[str, object], algorithm: str) -> dict[str, ECKey]:
    """Return by kid the keys that may sign with our algorithm: the key decides it, not the token (RFC 8725 3.1)."""
    members = document.get("keys")
    if not isinstance(members, list):
        raise TokenRefusedError("the provider's key set is not one")
    return {jwk["kid"]: _read(jwk) for jwk in map(_texts, members) if "kid" in jwk and _signs_with(jwk, algorithm)}


def _texts(jwk: object) -> dict[str, str]:
    if not isinstance(jwk, dict):
        raise TokenRefusedError("the provider's key set is not one")
    return {name: value for name, value in jwk.items() if isinstance(value, str)}


def _signs_with(jwk: Mapping[str, str], algorithm: str) -> bool:
    return jwk.get("kty") == "EC" and jwk.get("use", "sig") == "sig" and jwk.get("alg", algorithm) == algorithm


def _read(jwk: Mapping[str, str]) -> ECKey:
    try:
        return ECKey.import_key({**jwk})
    except (JoseError, ValueError, KeyError) as error:
        raise TokenRefusedError("the provider's key set holds a key that cannot be read") from error
