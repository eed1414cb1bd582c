"""A security event of the provider: what a portal checks before it acts on one (RFC 8417 2, RFC 8935 2)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from portals.relying_party.config import Portal
from portals.relying_party.errors import TokenRefusedError
from portals.relying_party.provider_keys import ProviderKeys
from portals.relying_party.tokens import Claims, check_audience, check_issuer, instant, read_signed

EVENT_TYPE = "secevent+jwt"
_RISC = "https://schemas.openid.net/secevent/risc/event-type/"
_OURS = "https://dichvucong.gov.vn/secevent/event-type/"
# What the portal knows to act on; the last word of each names its text.
EVENTS = (
    f"{_RISC}account-disabled",
    f"{_RISC}account-purged",
    f"{_RISC}identifier-changed",
    f"{_OURS}identity-changed",
)


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """A verified event: whom it is about, by our own pairwise subject, what happened, and when."""

    id: str
    subject: str
    event: str
    happened_at: datetime

    @property
    def word(self) -> str:
        """Return the last part of the event's type."""
        return self.event.rpartition("/")[2]


class EventTokens:
    """Verifies security event tokens."""

    def __init__(self, portal: Portal, keys: ProviderKeys) -> None:
        self._portal = portal
        self._keys = keys

    async def read(self, token: str, now: datetime) -> SecurityEvent:
        """Return what happened; TokenRefusedError names the first rule that the token breaks."""
        algorithm = self._portal.id_token_algorithm
        claims = await read_signed(token, self._keys, algorithm=algorithm, types=(EVENT_TYPE,), now=now)
        for rule in _RULES:
            problem = rule(claims, self._portal, now)
            if problem is not None:
                raise TokenRefusedError(problem)
        happened_at = instant(claims, "toe", now) or instant(claims, "iat", now) or now
        return SecurityEvent(str(claims["jti"]), _subject_of(claims, self._portal), _event_of(claims), happened_at)


def _issuer(claims: Claims, portal: Portal, _now: datetime) -> str | None:
    return check_issuer(claims, portal.issuer)


def _audience(claims: Claims, portal: Portal, _now: datetime) -> str | None:
    return check_audience(claims, portal.client_id)


def _identified(claims: Claims, _portal: Portal, _now: datetime) -> str | None:
    jti = claims.get("jti")
    return None if isinstance(jti, str) and jti else "jti is missing"


def _issued(claims: Claims, portal: Portal, now: datetime) -> str | None:
    """RFC 8417 2.2: `iat` is required; events do not expire, so there is no `exp` to look at."""
    issued_at = instant(claims, "iat", now)
    if issued_at is None:
        return "iat is missing"
    return "iat lies in the future" if issued_at > now + portal.clock_skew else None


def _no_id_token(claims: Claims, _portal: Portal, _now: datetime) -> str | None:
    """RFC 8417 4.5: what could pass as an ID token is no event."""
    return "an event has no sub and no nonce" if {"sub", "nonce"} & claims.keys() else None


def _one_known_event(claims: Claims, _portal: Portal, _now: datetime) -> str | None:
    return None if _event_of(claims) else "not exactly one event that we know"


def _names_somebody(claims: Claims, portal: Portal, _now: datetime) -> str | None:
    return None if _subject_of(claims, portal) else "sub_id names nobody of ours"


_RULES: tuple[Callable[[Claims, Portal, datetime], str | None], ...] = (
    _issuer,
    _audience,
    _identified,
    _issued,
    _no_id_token,
    _one_known_event,
    _names_somebody,
)


def _event_of(claims: Claims) -> str:
    events = claims.get("events")
    if not isinstance(events, dict) or len(events) != 1:
        return ""
    ((event, details),) = events.items()
    return event if event in EVENTS and isinstance(details, dict) else ""


def _subject_of(claims: Claims, portal: Portal) -> str:
    """RFC 9493 3.2.2: issuer and subject together name the person."""
    named = claims.get("sub_id")
    if not isinstance(named, dict) or named.get("format") != "iss_sub" or named.get("iss") != portal.issuer:
        return ""
    subject = named.get("sub")
    return subject if isinstance(subject, str) else ""
