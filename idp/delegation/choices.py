"""Choosing for whom to act in a session: oneself, or the principal of a mandate that stands."""

from collections.abc import Sequence

from msgspec import Struct

from idp.audit.model import MANDATE, EventName, Origin, RecordEvent
from idp.delegation.effects import ChooseActing
from idp.delegation.model import ActingView
from idp.delegation.ports import MandateReader
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import EventId, MandateId, new_id
from idp.sessions.model import SessionView

# More than anybody's page can show; a bookkeeper for hundreds of enterprises names one through the portal.
MOST_SHOWN = 200


class ActingChoices(Struct, frozen=True):
    """Shows the choices and keeps the one that was made."""

    mandates: MandateReader
    ledger: Ledger
    clock: Clock

    async def of(self, view: SessionView) -> Sequence[ActingView]:
        """Return the mandates that the person may act under now."""
        return (await self.mandates.standing(view.session.person_id, self.clock.now()))[:MOST_SHOWN]

    async def choose(self, view: SessionView, mandate_id: MandateId | None, origin: Origin) -> bool:
        """Act under a mandate from now on, or for oneself. False if it does not stand, or the session has ended."""
        now, session = self.clock.now(), view.session
        return await self.ledger.commit(
            ChooseActing(session_id=session.id, person_id=session.person_id, mandate_id=mandate_id, at=now),
            RecordEvent(
                id=EventId(new_id()),
                name=EventName.ACTING_CHOSEN,
                at=now,
                origin=origin,
                person_id=session.person_id,
                session_id=session.id,
                details={MANDATE: mandate_id} if mandate_id else {},
            ),
        )
