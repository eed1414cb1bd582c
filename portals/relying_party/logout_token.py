"""The provider's logout notice: what a portal checks before it ends a session (OpenID Back-Channel Logout 1.0 2.6)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from portals.relying_party.config import Portal
from portals.relying_party.errors import TokenRefusedError
from portals.relying_party.provider_keys import ProviderKeys
from portals.relying_party.tokens import Claims, check_audience, check_issuer, check_lifetime, instant, read_signed

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_TYPE = "logout+jwt"
# Only genuine notices are remembered, so this bounds what a provider gone wrong can fill.
MAX_SEEN = 100_000


@dataclass(frozen=True, slots=True)
class LogoutNotice:
    """A verified notice; it names a session, a person, or both."""

    sid: str | None
    subject: str | None


class LogoutTokens:
    """Verifies logout tokens, each of them once."""

    def __init__(self, portal: Portal, keys: ProviderKeys) -> None:
        self._portal = portal
        self._keys = keys
        # By jti, until the token would be refused as expired anyway.
        self._seen: dict[str, datetime] = {}

    async def read(self, token: str, now: datetime) -> LogoutNotice:
        """Return what the notice says; TokenRefusedError names the first rule that it breaks."""
        algorithm = self._portal.id_token_algorithm
        claims = await read_signed(token, self._keys, algorithm=algorithm, types=(LOGOUT_TYPE,), now=now)
        for rule in _RULES:
            problem = rule(claims, self._portal, now)
            if problem is not None:
                raise TokenRefusedError(problem)
        self._first_use(claims, now)
        return LogoutNotice(_text(claims, "sid"), _text(claims, "sub"))

    def _first_use(self, claims: Claims, now: datetime) -> None:
        """Note the jti; rule 7 of section 2.6."""
        jti, expires_at = _text(claims, "jti"), instant(claims, "exp", now)
        if jti is None or expires_at is None:
            raise TokenRefusedError("jti is missing")
        self._seen = {each: end for each, end in self._seen.items() if end > now}
        if jti in self._seen:
            raise TokenRefusedError("the logout token was used before")
        if len(self._seen) >= MAX_SEEN:
            raise TokenRefusedError("too many logout tokens at once")
        self._seen[jti] = expires_at + self._portal.clock_skew


def _issuer(claims: Claims, portal: Portal, _now: datetime) -> str | None:
    return check_issuer(claims, portal.issuer)


def _audience(claims: Claims, portal: Portal, _now: datetime) -> str | None:
    return check_audience(claims, portal.client_id)


def _lifetime(claims: Claims, portal: Portal, now: datetime) -> str | None:
    return check_lifetime(claims, now, portal.clock_skew)


def _brevity(claims: Claims, _portal: Portal, now: datetime) -> str | None:
    """Section 4 asks for a short life, which also bounds the memory of used ones."""
    issued_at, expires_at = instant(claims, "iat", now), instant(claims, "exp", now)
    long = issued_at is None or expires_at is None or expires_at - issued_at > timedelta(minutes=10)
    return "the logout token lives too long" if long else None


def _event(claims: Claims, _portal: Portal, _now: datetime) -> str | None:
    events = claims.get("events")
    is_logout = isinstance(events, dict) and isinstance(events.get(LOGOUT_EVENT), dict)
    return None if is_logout else "events does not say logout"


def _no_nonce(claims: Claims, _portal: Portal, _now: datetime) -> str | None:
    """A nonce would let an ID token be taken for a logout token."""
    return "a logout token has no nonce" if "nonce" in claims else None


def _names_somebody(claims: Claims, _portal: Portal, _now: datetime) -> str | None:
    named = _text(claims, "sid") is not None or _text(claims, "sub") is not None
    return None if named else "neither sid nor sub"


_RULES: tuple[Callable[[Claims, Portal, datetime], str | None], ...] = (
    _issuer,
    _audience,
    _lifetime,
    _brevity,
    _event,
    _no_nonce,
    _names_somebody,
)


def _text(claims: Claims, name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and value else None
