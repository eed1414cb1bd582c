"""What the stores would hold: effects applied in memory, with the conditions that their declarations state."""

from copy import copy
from datetime import datetime

from idp.audit.model import EventName, RecordEvent
from idp.grants.model import (
    AuthorizationCode,
    Grant,
    GrantState,
    RefreshFamily,
    RetryRotation,
    RevokeAccessToken,
    RevokeGrant,
    RevokeGrantOfCode,
    RotateFamily,
    StartFamily,
    StartGrant,
)
from idp.kernel.effects import Effect
from idp.kernel.ids import GrantId
from idp.sessions.model import EndSession
from records.structs import replace
from tests.support.builders.protocol import PROFILE_SEALED


class TooLateError(Exception):
    """A claim found that somebody was quicker."""


class Books:
    """Codes, sessions, grants, families and events."""

    def __init__(self) -> None:
        """Start with empty pages."""
        self.codes: dict[bytes, AuthorizationCode] = {}
        self.live_sessions: frozenset[str] = frozenset()
        self.grants: dict[str, Grant] = {}
        self.families: dict[str, RefreshFamily] = {}
        self.revoked: frozenset[str] = frozenset()
        self.revoked_tokens: frozenset[str] = frozenset()
        self.events: tuple[EventName, ...] = ()

    def state(self, grant_id: GrantId, jti: str, now: datetime) -> GrantState | None:
        """Return a grant as it stands."""
        grant = self.grants.get(grant_id)
        if grant is None:
            return None
        in_session = grant.offline or grant.session_id in self.live_sessions
        alive = grant_id not in self.revoked and now < grant.expires_at and in_session
        return GrantState(grant, self.families.get(grant_id), alive, jti in self.revoked_tokens, PROFILE_SEALED)

    def commit(self, *effects: Effect) -> bool:
        """Write all effects or none; False if a claim came too late."""
        draft = copy(self)
        draft.grants, draft.families = dict(self.grants), dict(self.families)
        try:
            for effect in effects:
                draft._write(effect)
        except TooLateError:
            return False
        self.__dict__.update(draft.__dict__)
        return True

    def _write(self, effect: Effect) -> None:
        match effect:
            case StartGrant(grant=grant):
                taken = any(known.code_hash == grant.code_hash for known in self.grants.values())
                if taken or grant.session_id not in self.live_sessions:
                    raise TooLateError
                self.grants[grant.id] = grant
            case StartFamily(family=family):
                self.families[family.grant_id] = family
            case RotateFamily() | RetryRotation():
                self._write_rotation(effect)
            case RecordEvent(name=name):
                self.events += (name,)
            case _:
                self._write_end(effect)

    def _write_end(self, effect: Effect) -> None:
        match effect:
            case RevokeGrant(grant_id=grant_id):
                self.revoked |= {grant_id}
            case RevokeGrantOfCode(code_hash=code_hash):
                self.revoked |= {known.id for known in self.grants.values() if known.code_hash == code_hash}
            case RevokeAccessToken(jti=jti):
                self.revoked_tokens |= {jti}
            case EndSession(session_id=session_id):
                if session_id not in self.live_sessions:
                    raise TooLateError
                self.live_sessions -= {session_id}
            case _:
                raise TypeError(f"nobody said how {type(effect).__name__} is written")

    def _write_rotation(self, effect: RotateFamily | RetryRotation) -> None:
        family = self.families[effect.grant_id]
        if effect.grant_id in self.revoked:
            raise TooLateError
        if isinstance(effect, RetryRotation):
            if family.previous_hash != effect.previous_hash:
                raise TooLateError
            return
        if family.head_hash != effect.presented_hash:
            raise TooLateError
        self.families[effect.grant_id] = replace(
            family,
            head_hash=effect.head_hash,
            previous_hash=family.head_hash,
            successor_sealed=effect.successor_sealed,
            generation=family.generation + 1,
            rotated_at=effect.rotated_at,
        )
