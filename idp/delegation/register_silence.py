"""A register that stays silent about a principal: its mandates fall to viewing, then are suspended, then come back.

Time counts from the first question that stayed open, and only where enough questions were asked: a worker that was
down, or a register that was not asked, cuts nobody off.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from idp.account.notices.model import NoticeKind
from idp.audit.model import EventName, Origin
from idp.delegation.check_model import RESTS_AFTER, VIEWS_AFTER, DueCheck, LowerToView, RestMandates, RestoreMandates
from idp.delegation.mandates.news import MandateNews
from idp.delegation.model import SILENCE, Mandate, MandateKind, MandateView
from idp.delegation.ports import MandateReader
from idp.kernel.effects import Effect
from idp.kernel.ids import new_id
from idp.sessions.policy import TELL_FOR
from records.structs import replace

# Questions in a row without an answer. With the pauses between them, eight take two days and twenty two weeks.
_QUESTIONS_TO_VIEW, _QUESTIONS_TO_REST = 8, 20


class Fall(StrEnum):
    """What silence leaves: to view, or nothing for now."""

    VIEW = "view"
    REST = "rest"


class SilenceLimits(Struct, frozen=True):
    """How long a register may be silent before each."""

    views_after: timedelta = VIEWS_AFTER
    rests_after: timedelta = RESTS_AFTER


def fall(due: DueCheck, limits: SilenceLimits, now: datetime) -> Fall | None:
    """Return what one more question without an answer changes; nobody rests who did not view first."""
    silent, questions = now - (due.silent_since or now), due.failures + 1
    if due.rests:
        return None
    if not due.lowered:
        return Fall.VIEW if silent >= limits.views_after and questions >= _QUESTIONS_TO_VIEW else None
    return Fall.REST if silent >= limits.rests_after and questions >= _QUESTIONS_TO_REST else None


def is_held_down(mandate: Mandate) -> bool:
    """Say whether silence leaves a mandate less than it holds."""
    return bool(mandate.lowered_from) or mandate.suspended_why == SILENCE


def without_silence(mandate: Mandate) -> Mandate:
    """Return a mandate as it is once a register's answer has given back what its silence took."""
    if not is_held_down(mandate):
        return mandate
    rests = mandate.suspended_why == SILENCE
    return replace(
        mandate,
        powers=mandate.lowered_from or mandate.powers,
        lowered_from=frozenset(),
        suspended_at=None if rests else mandate.suspended_at,
        suspended_why=None if rests else mandate.suspended_why,
    )


class RegisterSilence(Struct, frozen=True):
    """Writes what silence leaves and what an answer gives back, and tells both sides of each mandate."""

    mandates: MandateReader
    news: MandateNews
    limits: SilenceLimits

    async def unanswered(self, due: DueCheck, kind: MandateKind, now: datetime) -> Sequence[Effect]:
        """Return what follows from one more question without an answer."""
        falls = fall(due, self.limits, now)
        if falls is None:
            return ()
        if falls is Fall.VIEW:
            step: Effect = LowerToView(
                principal_id=due.principal_id, kind=kind, failures=due.failures, at=now, gives_up_at=now + TELL_FOR
            )
            name, reported = EventName.MANDATE_LOWERED, NoticeKind.MANDATE_LOWERED
        else:
            step = RestMandates(
                principal_id=due.principal_id, kind=kind, failures=due.failures, at=now, gives_up_at=now + TELL_FOR
            )
            name, reported = EventName.MANDATE_RESTS, NoticeKind.MANDATE_RESTS
        concerned = [
            view.mandate
            for view in await self.mandates.for_principal(due.principal_id, now)
            if view.mandate.kind in {kind, MandateKind.DELEGATE} and view.mandate.accepted_at is not None
        ]
        effects: list[Effect] = [step]
        for mandate in concerned:
            effects.extend(await self.news.to_sides(mandate, name, reported, Origin(new_id()), now))
        return effects


def answered_again(principal_id: str, kind: MandateKind, views: Sequence[MandateView]) -> Sequence[Effect]:
    """Return what gives back what silence took from the mandates of a principal; nothing if it took nothing."""
    return (
        (RestoreMandates(principal_id=principal_id, kind=kind),)
        if any(is_held_down(view.mandate) for view in views)
        else ()
    )
