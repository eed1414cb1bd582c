"""Nonces of the provider for DPoP proofs (RFC 9449 8): made of the time and a key, so nothing is kept of them."""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hmac import compare_digest

from idp.protocol.answers import Answer
from idp.protocol.provider import Provider
from records.structs import replace

# A client keeps a nonce until an answer brings another; the one before is still good.
_WINDOW = timedelta(minutes=3)
# For so long at most a proof with one is good.
NONCE_LIFE = 3 * _WINDOW


def nonce_now(provider: Provider, now: datetime) -> str:
    """Return the nonce that proofs shall carry from now on."""
    return _nonce(provider, _place(now))


def with_nonce(provider: Provider, answer: Answer, now: datetime) -> Answer:
    """Return an answer with the nonce of the next proof (RFC 9449 8.2)."""
    return replace(answer, headers={**answer.headers, "DPoP-Nonce": nonce_now(provider, now)})


def is_fresh(provider: Provider, nonce: str, now: datetime) -> bool:
    """Say whether a nonce is ours and of this window, the one before, or the next: nodes' clocks differ."""
    place = _place(now)
    near = (_nonce(provider, place + away) for away in (0, -1, 1))
    return any(compare_digest(nonce.encode(), one.encode()) for one in near)


def _place(now: datetime) -> int:
    return int(now.timestamp() // _WINDOW.total_seconds())


def _nonce(provider: Provider, place: int) -> str:
    digest = provider.token_hash.digest(f"dpop-nonce:{place}")
    return urlsafe_b64encode(digest[:18]).decode("ascii")
