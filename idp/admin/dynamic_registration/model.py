"""Initial access tokens, registrations that are managed by a token, and publishers of software."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NewType

from msgspec import Struct

from clients.model import ClientId
from idp.protocol.dynamic_registration.policy import RegistrationPolicy

InitialTokenId = NewType("InitialTokenId", str)

MOST_USES, LONGEST = 100, timedelta(days=365)
# Tokens of one agency that can be used, registered clients of one agency that work, and publishers it trusts.
MOST_TOKENS, MOST_CLIENTS, MOST_PUBLISHERS = 50, 500, 50
# What a token may make us read and fetch: so many requests within a day, refused ones too.
MOST_TRIES, TRIES_WITHIN = 200, timedelta(days=1)


class InitialToken(Struct, frozen=True, kw_only=True):
    """An initial access token (RFC 7591 1.2) without its secret: who gave it, for what, until when."""

    id: InitialTokenId
    agency: str
    label: str
    policy: RegistrationPolicy
    uses: int
    uses_left: int
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def usable(self, now: datetime) -> bool:
        """Say whether it can still register anything."""
        return self.revoked_at is None and self.uses_left > 0 and now < self.expires_at


class Registration(Struct, frozen=True, kw_only=True):
    """A client that is managed by a registration access token (RFC 7592), and by which initial token it came."""

    client_id: ClientId
    token: InitialToken
    statement: str | None
    registered_at: datetime


class RegisteredClient(Struct, frozen=True, kw_only=True):
    """A client that came by an initial access token and that its own token still manages."""

    client_id: ClientId
    registered_at: datetime


class Publisher(Struct, frozen=True, kw_only=True):
    """Whose software statements an agency trusts; `NATIONAL` for the whole country's."""

    agency: str
    issuer: str
    jwks: Mapping[str, list[dict[str, str]]]
    added_at: datetime
