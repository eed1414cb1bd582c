"""What the upstream provider remembers while it runs: its keys, who is signed in, which codes wait."""

import secrets
import time
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

from joserfc.jwk import RSAKey

from portals.simulator.upstream.faults import Fault

CODE_SECONDS = 60.0
SESSION_SECONDS = 1800.0
_KEYS_KEPT = 2
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in at the provider."""

    sid: str
    number: str
    auth_time: int


@dataclass(frozen=True, slots=True)
class WaitingCode:
    """What a code stands for."""

    session: Session
    redirect_uri: str
    challenge: str
    nonce: str
    ends: float


def new_key() -> RSAKey:
    """Return a signing key with a name of its own."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": secrets.token_hex(8)})


def subject_of(number: str) -> str:
    """Return the provider's own name for a person: the same at every start."""
    return str(uuid5(NAMESPACE_URL, f"upstream-demonstration:{number}"))


@dataclass(slots=True)
class Upstream:
    """The provider's memory; the first key signs."""

    fault: Fault = Fault.OK
    keys: list[RSAKey] = field(default_factory=list)
    sessions: dict[str, Session] = field(default_factory=dict)
    codes: dict[str, WaitingCode] = field(default_factory=dict)

    def signing_keys(self) -> list[RSAKey]:
        """Return the keys; the first is made when somebody asks."""
        if not self.keys:
            self.keys.append(new_key())
        return self.keys

    def roll_over(self) -> None:
        """Sign with a new key from now on; the one before still verifies."""
        self.keys = [new_key(), *self.signing_keys()][:_KEYS_KEPT]

    def sign_in(self, number: str) -> tuple[str, Session]:
        """Return the cookie and the session of somebody who has just signed in."""
        if len(self.sessions) >= _MOST:
            self.sessions.clear()
        cookie = secrets.token_urlsafe(24)
        self.sessions[cookie] = Session(secrets.token_hex(16), number, int(time.time()))
        return cookie, self.sessions[cookie]

    def session(self, cookie: str) -> Session | None:
        """Return a live session."""
        found = self.sessions.get(cookie)
        return found if found and time.time() - found.auth_time < SESSION_SECONDS else None

    def end(self, sid: str) -> bool:
        """End a session by its name in ID tokens; say whether there was one."""
        cookies = [cookie for cookie, session in self.sessions.items() if session.sid == sid]
        for cookie in cookies:
            del self.sessions[cookie]
        return bool(cookies)

    def put_code(self, session: Session, redirect_uri: str, challenge: str, nonce: str) -> str:
        """Return a code for a session."""
        if len(self.codes) >= _MOST:
            self.codes.clear()
        code = secrets.token_urlsafe(24)
        self.codes[code] = WaitingCode(session, redirect_uri, challenge, nonce, time.time() + CODE_SECONDS)
        return code

    def take_code(self, code: str) -> WaitingCode | None:
        """Return what a code stands for, once."""
        found = self.codes.pop(code, None)
        return found if found and found.ends > time.time() else None
