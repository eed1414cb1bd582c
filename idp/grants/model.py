"""Authorization codes, grants, refresh families, and the effects on them."""

from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from clients.model import ClientId
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, GrantId, MandateId, PersonId, SessionId

# As what the details of codes and grants are sealed.
DETAILS_PLACE = "authorization_details"


class AuthorizationCode(Struct, frozen=True):
    """What a code stands for. Lives in the short-lived store under the code's hash; the claim is the grant's insert.

    `redirect_uri` is the one sent; `redirect_uri_given` says whether the request named it (RFC 6749 4.1.3).
    """

    client_id: ClientId
    redirect_uri: str
    redirect_uri_given: bool
    scope: tuple[str, ...]
    nonce: str | None
    code_challenge: str | None
    session_id: SessionId
    person_id: PersonId
    account_id: AccountId
    auth_time: datetime
    acr: str
    amr: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime
    mandate_id: MandateId | None = None
    acting_sealed: bytes | None = None
    subject_id: PersonId | None = None
    # What is agreed under a mandate ends with it at the latest.
    mandate_ends_at: datetime | None = None
    # The request named a greatest age: its tokens tell `auth_time` (OIDC Core 2).
    auth_time_asked: bool = False
    # Thumbprint of the DPoP key that alone may redeem it (RFC 9449 10).
    dpop_jkt: str | None = None
    # What the `claims` parameter granted (`idp.protocol.requested_claims`).
    claims: tuple[str, ...] = ()
    # The resources that its tokens may be for, where the request named some (RFC 8707 2.1).
    resources: tuple[str, ...] = ()
    # What exactly was confirmed (RFC 9396), as it may be about the person.
    details_sealed: bytes | None = None
    # Only where the ID token tells of the person: redeeming a code reads no profile.
    profile_sealed: bytes | None = None


class Grant(Struct, frozen=True):
    """What a person allowed a client, from the redemption of a code until it is revoked or runs out."""

    id: GrantId
    code_hash: bytes
    client_id: ClientId
    session_id: SessionId
    person_id: PersonId
    account_id: AccountId
    scope: tuple[str, ...]
    nonce: str | None
    auth_time: datetime
    acr: str
    amr: tuple[str, ...]
    offline: bool
    created_at: datetime
    expires_at: datetime
    # The mandate it was given under: it ends with it. What its tokens say of it is sealed, as it names persons.
    mandate_id: MandateId | None = None
    acting_sealed: bytes | None = None
    # Whose subject its tokens bear where that is not the person's own: a merged person's, known to the sector before.
    subject_id: PersonId | None = None
    # Thumbprint of the DPoP key that its refresh tokens are bound to: those of clients that prove nothing else
    # (RFC 9449 5).
    dpop_jkt: str | None = None
    # What the `claims` parameter granted besides the scope (`idp.protocol.requested_claims`).
    claims: tuple[str, ...] = ()
    # The resources that its tokens may be for; none named: what the client registered (`idp.protocol.resources`).
    resources: tuple[str, ...] = ()
    # What exactly was confirmed (`idp.protocol.rar.details`).
    details_sealed: bytes | None = None

    @property
    def known_as(self) -> PersonId:
        """Return the person whose subject its tokens bear."""
        return self.subject_id or self.person_id


class RefreshFamily(Struct, frozen=True):
    """The refresh tokens of one grant: one live head, and the one before it for a short time.

    `successor_sealed` is the head itself, sealed, so that a retry with the predecessor gets the same successor.
    """

    grant_id: GrantId
    person_id: PersonId
    head_hash: bytes
    previous_hash: bytes | None
    successor_sealed: bytes | None
    generation: int
    rotated_at: datetime


class GrantState(Struct, frozen=True):
    """A grant as it stands now, with what could have ended it, read in one round trip.

    `alive` is computed where it is read from stored rows alone: not revoked, not expired, account open, and the
    session still live unless the grant is offline. `token_revoked` concerns the one access token asked about.
    """

    grant: Grant
    family: RefreshFamily | None
    alive: bool
    token_revoked: bool
    profile_sealed: bytes


class GrantLife(Struct, frozen=True):
    """The part of a grant's state that introspection of an access token needs: the busiest question there is."""

    alive: bool
    token_revoked: bool
    # Whom it was given to: a token of it may have gone on to another client (RFC 8693).
    client_id: ClientId


class StartGrant(Effect):
    """Redeem a code: insert its grant under the code's hash.

    Too late if it exists, the session has ended, the code was issued before the session's codes were stopped, or the
    mandate it is given under does not stand any more.
    """

    grant: Grant
    issued_at: datetime
    claim: ClassVar[bool] = True


class StartFamily(Effect):
    """Begin the refresh family of a new grant."""

    family: RefreshFamily


class RotateFamily(Effect):
    """Replace the head. Too late if the head is no longer the presented token or the grant was revoked."""

    grant_id: GrantId
    person_id: PersonId
    presented_hash: bytes
    head_hash: bytes
    successor_sealed: bytes
    rotated_at: datetime
    claim: ClassVar[bool] = True


class RetryRotation(Effect):
    """Answer a retry with the same successor. Too late if the head has moved on or the grant was revoked."""

    grant_id: GrantId
    person_id: PersonId
    previous_hash: bytes
    claim: ClassVar[bool] = True


class RevokeGrant(Effect):
    """End a grant with every token of it. Already revoked is fine: revoked stays revoked."""

    grant_id: GrantId
    person_id: PersonId
    at: datetime
    reason: str


class RevokeGrantOfCode(Effect):
    """End the grant that a replayed code was redeemed for."""

    code_hash: bytes
    person_id: PersonId
    at: datetime
    reason: str


class RevokeAccessToken(Effect):
    """End one access token before its time."""

    jti: str
    at: datetime
    expires_at: datetime


class ClaimOnce(Effect):
    """Use a value that may be used once: a client assertion's `jti` (RFC 7523 3), a one-time code.

    Too late if the same purpose used the same value before. Remembered until `expires_at`, when the value itself
    is no good any more.
    """

    purpose: str
    value_hash: bytes
    expires_at: datetime
    claim: ClassVar[bool] = True
