"""Changing one's own password."""

from datetime import datetime, timedelta
from enum import StrEnum

import orjson
from msgspec import Struct

from idp.account.model import NUMBER_PLACE, PROFILE_PLACE
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.account.ports import AccountReader
from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.change_model import CHANGE_WAIT, BeginChange
from idp.factors.model import ForgetTries, SetTwoSteps
from idp.factors.password.effects import KNOWN_DEVICE_TRIES, ChangePassword, EndOtherAccess
from idp.factors.password.model import PasswordContext, PasswordProblem
from idp.factors.password.policy import is_short
from idp.factors.password.ports import Lane, PasswordHasher
from idp.factors.password.service import PasswordRules
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import EventId, new_id
from idp.kernel.secrets import Sealer
from idp.proofing.proof_ports import Identities
from idp.sessions.model import SessionView
from idp.sessions.policy import TELL_FOR
from idp.sign_in.device_model import ForgetDevices
from idp.sign_in.levels import SECOND_FACTORS

REASON = "password_changed"
# What the profile tells a stranger who tries to guess.
_GUESSED_FROM = ("name", "birthdate", "phone_number", "email", "nickname", "preferred_username")


class ChangeRefusal(StrEnum):
    """Why a good password was not taken."""

    # It was changed in another window meanwhile.
    CHANGED_MEANWHILE = "password_changed_meanwhile"


class OwnPassword(Struct, frozen=True):
    """Replaces the password of somebody who has just shown two factors."""

    accounts: AccountReader
    identities: Identities
    hasher: PasswordHasher
    rules: PasswordRules
    ledger: Ledger
    notices: Notices
    sealer: Sealer
    clock: Clock
    wait: timedelta = CHANGE_WAIT

    def may_ask_two_steps(self, view: SessionView) -> bool:
        """Say whether the account has a second factor that every sign-in could ask for."""
        return view.account.two_steps or bool(view.enrolled & SECOND_FACTORS)

    async def change(
        self, view: SessionView, password: str, origin: Origin, *, two_steps: bool
    ) -> PasswordProblem | ChangeRefusal | None:
        """Replace the password as typed; None when it is done, else why not.

        `two_steps` also asks for a second factor at every sign-in, which lets the password be short
        (SP 800-63B-4 3.1.1.2). Every other session, grant and known device of the account ends (ASVS 7.4.3).
        """
        steps = view.account.two_steps or (two_steps and self.may_ask_two_steps(view))
        problem = await self.rules.judge(password, PasswordContext(await self._personal(view), two_steps=steps))
        if problem is not None:
            return problem
        record = await self.accounts.by_id(view.account.person_id, view.account.id)
        if record is None:
            return ChangeRefusal.CHANGED_MEANWHILE
        changed = ChangePassword(
            account_id=view.account.id,
            person_id=view.account.person_id,
            before=record.password.hash,
            password_hash=await self.hasher.hash(password, Lane.RECOGNISED),
            short=is_short(password),
        )
        now, account = self.clock.now(), view.account
        asked = SetTwoSteps(
            person_id=account.person_id, account_id=account.id, two_steps=True, at=now, counts_from=now + self.wait
        )
        more = (asked,) if steps and not account.two_steps else ()
        begin = BeginChange(person_id=account.person_id, account_id=account.id, now=now)
        done = await self.ledger.commit(begin, changed, *more, *self._consequences(view, origin, now))
        return None if done else ChangeRefusal.CHANGED_MEANWHILE

    def _consequences(self, view: SessionView, origin: Origin, now: datetime) -> tuple[Effect, ...]:
        account = view.account
        to = Reachable.of(view)
        return (
            EndOtherAccess(
                account_id=account.id,
                person_id=account.person_id,
                kept_session_id=view.session.id,
                at=now,
                reason=REASON,
                gives_up_at=now + TELL_FOR,
            ),
            # Whoever knew the old password may have made a browser known with it (MF-11).
            ForgetDevices(
                person_id=account.person_id, account_id=account.id, at=now, kept_device_id=view.session.device_id
            ),
            ForgetTries(person_id=account.person_id, account_id=account.id, factor=KNOWN_DEVICE_TRIES),
            RecordEvent(
                id=EventId(new_id()),
                name=EventName.PASSWORD_CHANGED,
                at=now,
                origin=origin,
                person_id=account.person_id,
                session_id=view.session.id,
            ),
            *self.notices.tell(to, NoticeKind.PASSWORD_CHANGED, now),
        )

    async def _personal(self, view: SessionView) -> tuple[str, ...]:
        profile = orjson.loads(self.sealer.open(view.profile_sealed, PROFILE_PLACE.of(view.account.person_id)))
        held = await self.identities.of_account(view.account.person_id, view.account.id)
        number = (self.sealer.open(held.number_sealed, NUMBER_PLACE.of(held.person_id)).decode(),) if held else ()
        return (*number, *(str(profile[name]) for name in _GUESSED_FROM if profile.get(name)))
