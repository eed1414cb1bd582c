"""One's own sessions and known devices: seen, ended one by one or all at once, forgotten."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.password.effects import EndOtherAccess
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import AccountId, DeviceId, EventId, PersonId, SessionId, new_id
from idp.sessions.model import EndSession, Session, SessionView, TellPortals
from idp.sessions.policy import TELL_FOR
from idp.sessions.upstream import upstream_logout
from idp.sign_in.device_model import Device, DeviceReader, ForgetDevice, ForgetDevices

# Why a session ended, as the audit log and the page of activity say it.
REASON = "by_owner"


class OwnSession(Struct, frozen=True):
    """A live session as its person sees it. `used_at` is exact to a minute."""

    id: SessionId
    browser: str
    address: str
    started_at: datetime
    used_at: datetime
    expires_at: datetime
    acr: str
    shared_computer: bool


class OwnSessionReader(Protocol):
    """Reads the sessions of one account."""

    async def sessions_of(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Sequence[OwnSession]:
        """Return the live sessions, the one used last first."""


class OwnSessions(Struct, frozen=True):
    """Ends sessions for their person. Every write names the person, so that a foreign id ends nothing."""

    reader: OwnSessionReader
    device_reader: DeviceReader
    ledger: Ledger
    clock: Clock

    async def live(self, view: SessionView) -> Sequence[OwnSession]:
        """Return every live session of the account."""
        return await self.reader.sessions_of(view.account.person_id, view.account.id, self.clock.now())

    async def devices(self, view: SessionView) -> Sequence[Device]:
        """Return the browsers that the account knows."""
        return await self.device_reader.of_account(view.account.person_id, view.account.id, self.clock.now())

    async def forget_device(self, view: SessionView, device_id: DeviceId, origin: Origin) -> bool:
        """Make a browser unrecognised again; its session goes on. False if it was none that the account knows."""
        now, person_id, session_id = self.clock.now(), view.account.person_id, view.session.id
        return await self.ledger.commit(
            ForgetDevice(device_id=device_id, person_id=person_id, at=now),
            RecordEvent(
                id=EventId(new_id()),
                name=EventName.DEVICE_FORGOTTEN,
                at=now,
                origin=origin,
                person_id=person_id,
                client_id=None,
                session_id=session_id,
                reason=REASON,
            ),
        )

    async def end(self, view: SessionView, session_id: SessionId, origin: Origin) -> bool:
        """End one session and tell its portals; False if it is not the account's or has ended."""
        if session_id not in {session.id for session in await self.live(view)}:
            return False
        return await self._end(view, session_id, origin)

    async def end_others(self, view: SessionView, origin: Origin) -> int:
        """End every session but the one that asks; return how many.

        What came of them ends too: offline grants, codes in flight; every other browser is unrecognised again.
        """
        return await self._end_all_but(view, view.session, origin)

    async def end_all(self, view: SessionView, origin: Origin) -> int:
        """End every session and all that came of them, in one commit; no browser is known any more."""
        return await self._end_all_but(view, None, origin)

    async def _end_all_but(self, view: SessionView, kept: Session | None, origin: Origin) -> int:
        now, account = self.clock.now(), view.account
        ended = [one.id for one in await self.live(view) if kept is None or one.id != kept.id]
        kept_id, kept_device = (kept.id, kept.device_id) if kept else (SessionId(""), None)
        await self.ledger.commit(
            EndOtherAccess(
                account_id=account.id,
                person_id=account.person_id,
                kept_session_id=kept_id,
                at=now,
                reason=REASON,
                gives_up_at=now + TELL_FOR,
            ),
            ForgetDevices(person_id=account.person_id, account_id=account.id, at=now, kept_device_id=kept_device),
            *(() if kept else upstream_logout(view.session, now)),
            *(
                RecordEvent(
                    id=EventId(new_id()),
                    name=EventName.SESSION_ENDED,
                    at=now,
                    origin=origin,
                    person_id=account.person_id,
                    client_id=None,
                    session_id=one,
                    reason=REASON,
                )
                for one in ended
            ),
        )
        return len(ended)

    async def _end(self, view: SessionView, session_id: SessionId, origin: Origin) -> bool:
        now, person_id = self.clock.now(), view.account.person_id
        return await self.ledger.commit(
            EndSession(session_id=session_id, person_id=person_id, at=now, reason=REASON),
            TellPortals(session_id=session_id, person_id=person_id, at=now, gives_up_at=now + TELL_FOR),
            *(upstream_logout(view.session, now) if session_id == view.session.id else ()),
            RecordEvent(
                id=EventId(new_id()),
                name=EventName.SESSION_ENDED,
                at=now,
                origin=origin,
                person_id=person_id,
                client_id=None,
                session_id=session_id,
                reason=REASON,
            ),
        )
