"""What happens to a mandate when its register answers again, or stays silent."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from idp.account.notices.model import NoticeKind
from idp.account.own_identity import OwnIdentities
from idp.audit.model import EventName, Origin
from idp.delegation.check_model import CHECKED_AFTER, DueCheck, MandateChecks, SetCheck
from idp.delegation.effects import ResumeMandates, SuspendMandates
from idp.delegation.mandates.ends import tree_of
from idp.delegation.mandates.names import open_actor
from idp.delegation.mandates.news import MandateNews
from idp.delegation.model import Mandate, MandateKind
from idp.delegation.ports import MandateReader, PersonReader
from idp.delegation.register_silence import RegisterSilence, is_held_down, without_silence
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import PersonId, new_id
from idp.kernel.secrets import Sealer
from idp.proofing.registers.ports import Garbled, NoAnswer
from idp.sessions.policy import TELL_FOR

# After the first question without an answer; doubled with each further one, up to the time between two answers.
_FIRST_PAUSE = timedelta(minutes=10)
_DOUBLINGS = 8


def answered(principal_id: str, kind: MandateKind, now: datetime) -> SetCheck:
    """Return when the register is asked next after it has answered."""
    return SetCheck(principal_id=principal_id, kind=kind, due_at=now + CHECKED_AFTER)


def unanswered(due: DueCheck, kind: MandateKind, now: datetime) -> SetCheck:
    """Return when the register is asked next after it said nothing, or nothing that could be read."""
    pause = min(_FIRST_PAUSE * 2 ** min(due.failures, _DOUBLINGS), CHECKED_AFTER)
    return SetCheck(
        principal_id=due.principal_id,
        kind=kind,
        due_at=now + pause,
        failures=due.failures + 1,
        silent_since=due.silent_since or now,
    )


class RecheckRounds(Struct, frozen=True):
    """Goes through the principals whose time has come, one question for each."""

    checks: MandateChecks
    silence: RegisterSilence
    ledger: Ledger
    clock: Clock

    async def run(self, kind: MandateKind, limit: int, ask: Callable[[DueCheck], Awaitable[object]]) -> int:
        """Ask about up to `limit` of what is due by `ask`, and apply the answers; return how many came.

        Silence ends the round, since the register may be down: the one asked about last waits, the others do not. An
        answer that cannot be read is about one principal alone.
        """
        done = 0
        for due in await self.checks.due(kind, self.clock.now(), limit):
            answer = await ask(due)
            if isinstance(answer, NoAnswer | Garbled):
                now = self.clock.now()
                # Too late: an answer came to another worker.
                await self.ledger.commit(*await self.silence.unanswered(due, kind, now), unanswered(due, kind, now))
                if isinstance(answer, NoAnswer):
                    break
                continue
            done += 1
        return done


class RegisterWord(Struct, frozen=True):
    """Suspends whom a register names no more, and lets stand again whom it names again."""

    mandates: MandateReader
    people: PersonReader
    own: OwnIdentities
    news: MandateNews
    sealer: Sealer

    async def numbers_of(self, mandate: Mandate) -> set[str]:
        """Return the numbers that mean the actor: the one they claimed with, and the one they have now."""
        numbers = {open_actor(self.sealer, mandate).number}
        account = await self.people.open_account_of(mandate.actor_id or PersonId(""))
        if account is not None:
            me = await self.own.of_account(account.account.person_id, account.account.id)
            numbers |= {me.number} if me else set()
        return numbers

    async def consequences(self, mandate: Mandate, *, named: bool, now: datetime) -> Sequence[Effect]:
        """Return what an answer changes; nothing where all stays as it was.

        What silence took is given back in the same commit, before this.
        """
        held_down, mandate = is_held_down(mandate), without_silence(mandate)
        if named and mandate.suspended_at is not None:
            step: Effect = ResumeMandates(principal_id=mandate.principal_id, mandate_id=mandate.id)
            reported = await self._reported(mandate, EventName.MANDATE_RESUMED, NoticeKind.MANDATE_RESUMED, now)
            return step, *reported
        if not named and mandate.suspended_at is None:
            step = SuspendMandates(
                principal_id=mandate.principal_id, given_under=mandate.id, at=now, gives_up_at=now + TELL_FOR
            )
            reported = await self._reported(mandate, EventName.MANDATE_SUSPENDED, NoticeKind.MANDATE_SUSPENDED, now)
            return step, *reported
        if named and held_down:
            return await self._reported(mandate, EventName.MANDATE_RESUMED, NoticeKind.MANDATE_RESUMED, now)
        return ()

    async def _reported(self, top: Mandate, name: EventName, kind: NoticeKind, now: datetime) -> Sequence[Effect]:
        effects: list[Effect] = []
        for mandate in await tree_of(self.mandates, top, now):
            effects.extend(await self.news.to_sides(mandate, name, kind, Origin(new_id()), now))
        return effects
