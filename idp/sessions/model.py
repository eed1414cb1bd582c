"""Sessions of browsers and the effects that start, renew and end them."""

from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from idp.account.model import Account
from idp.delegation.model import ActingView
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, DeviceId, MandateId, PersonId, SessionId


class Session(Struct, frozen=True):
    """A signed-in browser. `auth_time`, `acr` and `amr` state what was really done, and when.

    `acr` is the level of that moment; what the session is worth now, `idp.sign_in.levels.level_now` says.
    """

    id: SessionId
    secret_hash: bytes
    person_id: PersonId
    account_id: AccountId
    auth_time: datetime
    acr: str
    amr: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    # When a factor was last shown: signing in, confirming, stepping up.
    factor_at: datetime
    # A session that rests longer than this has ended.
    idle_until: datetime
    shared_computer: bool = False
    device_id: DeviceId | None = None
    browser: str = ""
    address: str = ""
    # The mandate the person acts under, and when they chose: for themself where only the time is there.
    mandate_id: MandateId | None = None
    acting_chosen_at: datetime | None = None
    # The officer who assists, and the upstream provider that vouched; sealed, as both name persons.
    assistance_sealed: bytes | None = None
    upstream_sealed: bytes | None = None
    # Which factors were shown when. One that waits to count (`idp.factors.change_model`) is not among them.
    shown: tuple[tuple[str, datetime], ...] = ()


class SessionView(Struct, frozen=True):
    """A live session with what an authorization request needs beside it, read in one round trip."""

    session: Session
    account: Account
    profile_sealed: bytes
    phone_sealed: bytes | None
    email_sealed: bytes | None
    consented_scope: frozenset[str] | None
    # The factors this account could show besides its password, by their names in `amr`.
    enrolled: frozenset[str] = frozenset()
    # Those of them that count for nothing for a while (`idp.recovery.model.RestPhone`).
    resting: frozenset[str] = frozenset()
    # The merged person under whose subject the asking sector has known this one, if it is not the person's own.
    subject_id: PersonId | None = None

    @property
    def known_as(self) -> PersonId:
        """Return the person whose subject the asking client knows."""
        return self.subject_id or self.session.person_id

    # The mandate that the session acts under. One that does not stand any more reads as none.
    acting: ActingView | None = None
    # Whether there is anybody at all whom the person may act for now.
    holds_mandates: bool = False
    # Of an officer at a client: their agency and all above it, nearest first.
    officer_lineage: tuple[str, ...] = ()


class StartSession(Effect):
    """Store a new session."""

    session: Session


class RenewSession(Effect):
    """Renew a session after an authentication: cookie secret, level, time. Too late if it ended or was renewed."""

    session: Session
    previous_secret_hash: bytes
    claim: ClassVar[bool] = True


class KeepSession(Effect):
    """The session was used: it may rest anew until `idle_until`. Never shortens, never revives."""

    session_id: SessionId
    person_id: PersonId
    idle_until: datetime


class EndSession(Effect):
    """End a session. Its grants without offline_access die with it. Too late if it has ended."""

    session_id: SessionId
    person_id: PersonId
    at: datetime
    reason: str
    claim: ClassVar[bool] = True


class TellPortals(Effect):
    """Put one logout notice in the outbox for each client that got a token in this session and wants notices.

    Belongs after `EndSession` in the same commit: the ended row keeps new grants out, so none is missed.
    """

    session_id: SessionId
    person_id: PersonId
    at: datetime
    gives_up_at: datetime
