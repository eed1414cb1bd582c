"""Security event tokens: what subscribed portals are told of an account (RFC 8417, OpenID RISC, SSF 1.0)."""

from datetime import datetime

import msgspec

from clients.model import Client, ClientId, SecurityEvent
from idp.kernel.ids import PersonId, SecurityEventId
from idp.protocol.provider import Provider

EVENT_TOKEN_TYPE = "secevent+jwt"  # noqa: S105 - RFC 8417 2.3: the type of a security event token

ACCOUNT_DISABLED: SecurityEvent = "https://schemas.openid.net/secevent/risc/event-type/account-disabled"
ACCOUNT_PURGED: SecurityEvent = "https://schemas.openid.net/secevent/risc/event-type/account-purged"
IDENTIFIER_CHANGED: SecurityEvent = "https://schemas.openid.net/secevent/risc/event-type/identifier-changed"
# Name or other registered facts changed: userinfo says what they are now. RISC has no word for it.
IDENTITY_CHANGED: SecurityEvent = "https://dichvucong.gov.vn/secevent/event-type/identity-changed"


class AccountEvent(msgspec.Struct, frozen=True):
    """What the outbox keeps of one event for one portal. `at` is in seconds since the epoch."""

    id: SecurityEventId
    client_id: ClientId
    person_id: PersonId
    event: SecurityEvent
    at: int
    subject_id: PersonId | None = None


def make_event_token(provider: Provider, client: Client, event: AccountEvent, now: datetime) -> str:
    """Return the signed event for one client.

    RFC 8417 2.2: `jti`, `iat`, `toe`, one event; no `exp`, since what happened does not expire. The subject is the
    client's own pairwise one (RFC 9493 3.2.2) and stands in `sub_id`, never in `sub`: an event token must not pass
    as an ID token (RFC 8417 4.5). No value goes along: who may know the new one asks userinfo.
    """
    subject = provider.subjects.subject(event.subject_id or event.person_id, client)
    claims: dict[str, object] = {
        "iss": provider.issuer,
        "aud": client.client_id,
        "iat": int(now.timestamp()),
        "jti": event.id,
        "toe": event.at,
        "sub_id": {"format": "iss_sub", "iss": provider.issuer, "sub": subject},
        "events": {event.event: {}},
    }
    return provider.signer.sign(claims, algorithm=client.id_token_signed_response_alg, typ=EVENT_TOKEN_TYPE, now=now)
