"""Who is signed in at this portal: kept in its memory, found by a random cookie, ended by the provider's notice."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from portals.relying_party.acting import Principal, principal_of
from portals.relying_party.tokens import Claims

Purpose = Literal["sign-in", "silent", "step-up", "share-name", "act-for", "business", "counter"]

# Several tabs may sign in at once; more than this many unfinished attempts are noise.
MAX_PENDING = 5
# A visitor without a session gets one at no cost, so their number is bounded.
MAX_SESSIONS = 10_000
# A sign-in answer that is on its way when the logout notice arrives comes well within this.
REMEMBER_ENDED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """An authorization request that left and has not come back; each is answered once."""

    state: str
    nonce: str
    code_verifier: str
    purpose: Purpose
    max_age: timedelta | None
    started_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a validated sign-in left. The tokens stay on the server: no page and no cookie ever carries them."""

    purpose: Purpose
    nonce: str
    id_token: str
    id_claims: Claims
    userinfo: Claims
    access_token: str
    access_expires_at: datetime
    refresh_token: str | None

    @property
    def subject(self) -> str:
        """The person's identifier at this portal."""
        return str(self.id_claims["sub"])

    @property
    def principal(self) -> Principal | None:
        """For whom the person acts here; None for themself."""
        return principal_of(self.id_claims)

    @property
    def sid(self) -> str | None:
        """The provider's session, by which its logout notice names ours (OpenID Back-Channel Logout 1.0 2.1)."""
        sid = self.id_claims.get("sid")
        return sid if isinstance(sid, str) else None


@dataclass(frozen=True, slots=True)
class Session:
    """One browser at this portal, signed in or not."""

    id: str
    touched_at: datetime
    signed_in: SignedIn | None = None
    pending: tuple[PendingSignIn, ...] = ()
    # Just asked about without a page: the answer is shown once before it is asked again, so that nothing loops.
    silent_tried: bool = False
    # Left here by choice and not yet known to have left the provider: a silent try would bring the person back.
    stay_out: bool = False
    logout_state: str | None = None


class SessionStore:
    """The sessions of one portal process. Every change is one step without a pause, so no lock is needed."""

    def __init__(self, idle: timedelta) -> None:
        self._idle = idle
        self._sessions: dict[str, Session] = {}
        self._ended_sids: dict[str, datetime] = {}

    def find(self, session_id: str | None, now: datetime) -> Session | None:
        """Return the live session of a cookie and count this as its use."""
        session = self._sessions.pop(session_id or "", None)
        if session is None or now - session.touched_at >= self._idle:
            return None
        return self.save(replace(session, touched_at=now))

    def start(self, now: datetime) -> Session:
        """Begin a session for a browser that nobody has signed in with."""
        return self.save(Session(id=secrets.token_urlsafe(32), touched_at=now))

    def save(self, session: Session) -> Session:
        """Store the session as the most recently used; the longest unused one makes room."""
        self._sessions.pop(session.id, None)
        self._sessions[session.id] = session
        if len(self._sessions) > MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        return session

    def add_pending(self, session: Session, pending: PendingSignIn) -> None:
        """Note one more unfinished sign-in; the oldest makes room.

        The stored session is changed, not the caller's copy: a logout notice may have come while the caller waited.
        """
        stored = self._sessions.get(session.id, replace(session, signed_in=None))
        self.save(replace(stored, pending=(*stored.pending, pending)[-MAX_PENDING:]))

    def take_pending(self, session: Session, state: str) -> PendingSignIn | None:
        """Hand out the unfinished sign-in with this `state`, once (RFC 9700 4.7.1)."""
        stored = self._sessions.get(session.id)
        found = next((each for each in stored.pending if each.state == state), None) if stored else None
        if stored is not None and found is not None:
            self.save(replace(stored, pending=tuple(each for each in stored.pending if each is not found)))
        return found

    def note_silent_try(self, session: Session) -> Session:
        """Remember that this browser was asked about without a page."""
        return self.save(replace(session, silent_tried=True))

    def allow_silent_try(self, session: Session, *, left_everywhere: bool = False) -> None:
        """Let the next visit ask again; after a logout only once the provider is known to have ended its session."""
        self.save(replace(session, silent_tried=False, stay_out=session.stay_out and not left_everywhere))

    def sign_in(self, session: Session, signed_in: SignedIn, began_at: datetime, now: datetime) -> Session | None:
        """Replace the session by a signed-in one under a new id, so that a planted cookie gains nothing.

        None when the provider has told us since it began that the session ended. One that began later is welcome: where
        only what the person did here was ended (a consent, a mandate), the provider's session lives on under its `sid`.
        """
        ended_at = self._ended_sids.get(signed_in.sid or "")
        if ended_at is not None and began_at <= ended_at:
            return None
        stored = self._sessions.pop(session.id, session)
        # Another tab of this browser may be signing in too; its answer is still welcome.
        return self.save(replace(self.start(now), signed_in=signed_in, pending=stored.pending))

    def renew(self, session: Session, renewed: SignedIn) -> bool:
        """Store refreshed tokens, unless the session ended or changed while the provider was asked."""
        stored = self._sessions.get(session.id)
        if stored is None or stored.signed_in is not session.signed_in:
            return False
        self.save(replace(stored, signed_in=renewed))
        return True

    def sign_out(self, session: Session, logout_state: str | None = None) -> None:
        """End the sign-in and keep the browser's session, so that whoever left is not silently signed in again.

        `logout_state` is what the provider will bring back if the person leaves there too; without one, the
        provider's session is over.
        """
        left = logout_state is not None
        self.save(replace(session, signed_in=None, pending=(), stay_out=left, logout_state=logout_state))

    def end_session(self, sid: str, subject: str | None, now: datetime) -> int:
        """End what the provider's session `sid` started here, now or in the next moments; returns how many."""
        self._ended_sids = {each: at for each, at in self._ended_sids.items() if now - at < REMEMBER_ENDED}
        self._ended_sids[sid] = now
        return self._end_where(lambda signed_in: signed_in.sid == sid and subject in (None, signed_in.subject))

    def end_subject(self, subject: str) -> int:
        """End every session of a person (a logout token without `sid`); returns how many."""
        return self._end_where(lambda signed_in: signed_in.subject == subject)

    def _end_where(self, matches: Callable[[SignedIn], bool]) -> int:
        ended = [each for each in self._sessions.values() if each.signed_in is not None and matches(each.signed_in)]
        for session in ended:
            self.sign_out(session)
        return len(ended)
