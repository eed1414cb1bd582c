"""The switch "a second factor at every sign-in"."""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices
from idp.audit.model import EventName, Origin
from idp.factors.change_model import CHANGE_WAIT, BeginChange
from idp.factors.events import factor_event, owner_of
from idp.factors.model import SetTwoSteps
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.sessions.model import SessionView

_SWITCH = "two_steps"


class SwitchRefusal(StrEnum):
    """Why the switch stays as it is: the key of the text that says what to do first."""

    NO_FACTOR = "two_steps_no_factor"
    SHORT_PASSWORD = "two_steps_short_password"  # noqa: S105 - the name of a text


class TwoSteps(Struct, frozen=True):
    """Switches the second step on and off; the caller has seen to a recent strong sign-in."""

    ledger: Ledger
    notices: Notices
    clock: Clock
    wait: timedelta = CHANGE_WAIT

    async def switch(self, view: SessionView, origin: Origin, *, on: bool) -> SwitchRefusal | None:
        """Write the choice; return why not. Switching off is told on every channel, for it makes the account weaker."""
        if on and not view.enrolled:
            return SwitchRefusal.NO_FACTOR
        account, now = view.account, self.clock.now()
        state = "on" if on else "off"
        reported: tuple[Effect, ...] = ()
        if not on:
            reported = self.notices.tell(owner_of(view), NoticeKind.FACTOR_REMOVED, now, {"factor": _SWITCH})
        done = await self.ledger.commit(
            BeginChange(person_id=account.person_id, account_id=account.id, now=now),
            SetTwoSteps(
                person_id=account.person_id, account_id=account.id, two_steps=on, at=now, counts_from=now + self.wait
            ),
            factor_event(EventName.TWO_STEPS_CHANGED, account, f"{_SWITCH}_{state}", origin, now, view.session.id),
            *reported,
        )
        return None if done else SwitchRefusal.SHORT_PASSWORD
