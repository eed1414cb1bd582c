"""How mandates end, whoever ends them: everything given under them ends too, and everybody concerned is told."""

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct

from idp.account.notices.model import NoticeKind
from idp.audit.model import EventName, Origin
from idp.delegation.effects import EndMandate, LeaveMandates
from idp.delegation.mandates.news import MandateNews, event_of
from idp.delegation.mandates.policy import CONFIRM_WITHIN
from idp.delegation.model import Mandate, MandateKind
from idp.delegation.ports import MandateReader
from idp.factors.change_model import SuspendGiven
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import PersonId, new_id
from idp.sessions.policy import TELL_FOR

# What a representative gave is the organisation's: it is suspended when they leave.
_WAITS = MandateKind.REPRESENTATIVE
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
RAN_OUT, CHANGED = "ran_out", "representative_changed"


class MandateEnds(Struct, frozen=True):
    """Writes ends, and ends what has had its time."""

    mandates: MandateReader
    ledger: Ledger
    news: MandateNews
    clock: Clock

    async def of(
        self,
        mandate: Mandate,
        reason: str,
        now: datetime,
        ended_by: PersonId | None = None,
        origin: Origin | None = None,
    ) -> Sequence[Effect]:
        """Return the effects that end a mandate and tell everybody concerned; too late if it has ended."""
        came_from = origin or Origin(new_id())
        reported: list[Effect] = []
        if ended_by not in {None, mandate.giver_id, mandate.actor_id}:
            reported.append(event_of(EventName.MANDATE_ENDED, mandate, ended_by, came_from, now, reason))
        for fallen in await tree_of(self.mandates, mandate, now):
            reported.extend(
                await self.news.to_sides(
                    fallen, EventName.MANDATE_ENDED, NoticeKind.MANDATE_ENDED, came_from, now, reason
                )
            )
        return EndMandate(
            principal_id=mandate.principal_id,
            mandate_id=mandate.id,
            at=now,
            reason=reason,
            ended_by=ended_by,
            gives_up_at=now + TELL_FOR,
        ), *reported

    async def leaving(self, person_id: PersonId, reason: str, now: datetime, origin: Origin) -> Sequence[Effect]:
        """Return the effects by which a person who is no more there lets go of mandates, and the others are told."""
        fallen: dict[str, tuple[Mandate, NoticeKind]] = {}
        held = await self.mandates.held_by(person_id, now)
        # What ends says so, even where it would be suspended too: those come last.
        for view in sorted(
            (*held, *await self.mandates.for_principal(person_id, now)), key=lambda one: one.mandate.kind != _WAITS
        ):
            kind = NoticeKind.MANDATE_WAITS if view.mandate.kind == _WAITS else NoticeKind.MANDATE_ENDED
            fallen |= {one.id: (one, kind) for one in await tree_of(self.mandates, view.mandate, now)}
        reported: list[Effect] = []
        for mandate, kind in fallen.values():
            reported.extend(await self.news.to_others(mandate, person_id, kind, origin, now))
        return LeaveMandates(person_id=person_id, at=now, reason=reason, gives_up_at=now + TELL_FOR), *reported

    async def resting(self, person_id: PersonId, now: datetime, origin: Origin) -> Sequence[Effect]:
        """Return the effects by which what a person gave rests while their account is closed, and may come back."""
        fallen: dict[str, Mandate] = {}
        for view in await self.mandates.held_by(person_id, now):
            if view.mandate.kind == _WAITS:
                fallen |= {one.id: one for one in await tree_of(self.mandates, view.mandate, now)}
        reported: list[Effect] = []
        for mandate in fallen.values():
            reported.extend(await self.news.to_others(mandate, person_id, NoticeKind.MANDATE_WAITS, origin, now))
        return SuspendGiven(person_id=person_id, since=_EVER, at=now, gives_up_at=now + TELL_FOR), *reported

    async def end_what_is_over(self, limit: int) -> int:
        """End mandates whose day has come, and what no new representative confirmed in time; return how many."""
        now = self.clock.now()
        over = [(mandate, RAN_OUT) for mandate in await self.mandates.run_out(now, limit)]
        over += [(one, CHANGED) for one in await self.mandates.suspended_before(now - CONFIRM_WITHIN, limit)]
        for mandate, reason in over:
            # Too late: another worker or a person ended it first.
            await self.ledger.commit(*await self.of(mandate, reason, now))
        return len(over)


async def tree_of(reader: MandateReader, top: Mandate, now: datetime) -> list[Mandate]:
    """Return a mandate and all that was given under it and has not ended."""
    others = [view.mandate for view in await reader.for_principal(top.principal_id, now)]
    found = [top]
    for above in found:
        found.extend(one for one in others if one.given_under == above.id)
    return found
