"""Starting and renewing the session of a browser after an authentication."""

from datetime import datetime

from msgspec import Struct

from idp.account.model import Account, AccountKind
from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.answers import Shown
from idp.kernel.effects import Effect, Ledger
from idp.kernel.errors import IdpError
from idp.kernel.ids import DeviceId, EventId, NoticeId, SessionId, new_id
from idp.kernel.secrets import HashKey, Secret, new_secret
from idp.officers.model import HoldOfficer
from idp.recovery.model import CancelRecoveries
from idp.sessions.model import EndSession, RenewSession, Session, SessionView, StartSession, TellPortals
from idp.sessions.policy import TELL_FOR, idle_life, life
from idp.sign_in.levels import achieved, amr_of, is_strong
from idp.sign_in.recent import strong_since
from records.structs import replace


class EvidenceUsedError(IdpError):
    """What the person showed (a code, a challenge) was used already, or is good no more."""

    code = "request_expired"


class BrowserSessions(Struct, frozen=True):
    """Gives a browser a session; each authentication brings a new cookie and ends the old one's power (SE-1)."""

    ledger: Ledger
    token_hash: HashKey

    async def authenticated(
        self,
        account: Account,
        factors: frozenset[str],
        before: SessionView | None,
        origin: Origin,
        now: datetime,
        extra: tuple[Effect, ...] = (),
        *,
        shared_computer: bool = False,
        device_id: DeviceId | None = None,
        auth_time: datetime | None = None,
        upstream_sealed: bytes | None = None,
        waiting: frozenset[str] = frozenset(),
    ) -> Secret:
        """Return the new cookie of a browser whose person has just shown `factors`.

        The same person's session is renewed; another person's is ended and its portals are told. Raises
        `EvidenceUsedError` if a claim in `extra` was too late, or an officer may not sign in now or with one factor
        alone: nothing was written, nobody is signed in. `auth_time` is there when the factors were shown earlier,
        elsewhere. Those of `waiting` do not count yet: they sign in, and neither confirm nor cancel anything.
        """
        shown_at = auth_time or now
        if account.kind is AccountKind.OFFICER and not is_strong(factors):
            raise EvidenceUsedError("one factor alone is no sign-in of an officer")
        shown = tuple((factor, shown_at) for factor in sorted(factors - waiting))
        extra = (*extra, *_post_is_held(account, now), *_owner_is_back(account, shown, now))
        cookie = new_secret()
        fresh = Session(
            id=SessionId(new_id()),
            secret_hash=self.token_hash.digest(cookie),
            person_id=account.person_id,
            account_id=account.id,
            auth_time=shown_at,
            acr=achieved(factors, account.proof_at(now)),
            amr=amr_of(factors),
            created_at=now,
            expires_at=now + life(shared=shared_computer),
            factor_at=shown_at,
            idle_until=now + idle_life(shared=shared_computer),
            shared_computer=shared_computer,
            device_id=device_id,
            browser=origin.browser,
            address=origin.address,
            upstream_sealed=upstream_sealed,
            shown=shown,
        )
        if before is not None and before.session.account_id == account.id:
            # Whoever vouched before is still to be told of a logout; that it vouches no longer, `auth_time` says.
            kept = upstream_sealed or before.session.upstream_sealed
            renewed = replace(fresh, id=before.session.id, created_at=before.session.created_at, upstream_sealed=kept)
            if await self._renew(renewed, before.session.secret_hash, origin, now, extra):
                return Secret(cookie)
        if before is not None and before.session.account_id != account.id:
            await self._end(before.session, origin, now)
        started = (StartSession(session=fresh), _event(EventName.SESSION_STARTED, fresh, origin, now))
        if not await self.ledger.commit(*started, *extra):
            raise EvidenceUsedError("a claim among the evidence was too late")
        return Secret(cookie)

    async def stepped_up(self, view: SessionView, factor: Shown, origin: Origin, now: datetime) -> Secret | None:
        """Add a factor to a session; None when it has ended meanwhile, or the factor was used.

        `auth_time` stays: the person was asked for one factor more, not to sign in anew (MF-9).
        """
        cookie = new_secret()
        reached = frozenset(view.session.amr) | {factor.factor}
        shown = tuple(one for one in view.session.shown if one[0] != factor.factor)
        if not factor.waits:
            shown = (*shown, (factor.factor, now))
        session = replace(
            view.session,
            secret_hash=self.token_hash.digest(cookie),
            acr=achieved(reached, view.account.proof_at(now)),
            amr=amr_of(reached),
            factor_at=now,
            shown=shown,
        )
        back = (*_post_is_held(view.account, now), *_owner_is_back(view.account, shown, now))
        done = await self._renew(session, view.session.secret_hash, origin, now, (*factor.effects, *back))
        return Secret(cookie) if done else None

    async def _renew(
        self, session: Session, previous: bytes, origin: Origin, now: datetime, extra: tuple[Effect, ...]
    ) -> bool:
        return await self.ledger.commit(
            RenewSession(session=session, previous_secret_hash=previous),
            _event(EventName.SESSION_RENEWED, session, origin, now),
            *extra,
        )

    async def _end(self, session: Session, origin: Origin, now: datetime) -> None:
        await self.ledger.commit(
            EndSession(session_id=session.id, person_id=session.person_id, at=now, reason="another_person"),
            TellPortals(session_id=session.id, person_id=session.person_id, at=now, gives_up_at=now + TELL_FOR),
            _event(EventName.SESSION_ENDED, session, origin, now),
        )


def _owner_is_back(account: Account, shown: tuple[tuple[str, datetime], ...], now: datetime) -> tuple[Effect, ...]:
    """Return what ends the recoveries that somebody waits for: two factors are in their owner's hands.

    Both were shown since it began, and count: who stole a session before, or planted a factor, ends nothing.
    """
    since = strong_since(shown)
    return (
        ()
        if since is None
        else (
            CancelRecoveries(
                person_id=account.person_id,
                account_id=account.id,
                at=now,
                notice_id=NoticeId(new_id()),
                begun_until=since,
            ),
        )
    )


def _post_is_held(account: Account, now: datetime) -> tuple[Effect, ...]:
    """Return the claim that an officer's account may be used now."""
    officer = account.kind is AccountKind.OFFICER
    return (HoldOfficer(person_id=account.person_id, account_id=account.id, now=now),) if officer else ()


def _event(name: EventName, session: Session, origin: Origin, now: datetime) -> RecordEvent:
    return RecordEvent(
        id=EventId(new_id()),
        name=name,
        at=now,
        origin=origin,
        person_id=session.person_id,
        session_id=session.id,
        details={"acr": session.acr, "amr": " ".join(session.amr)},
    )
