"""A second administrator confirms whom the first one made: the enrolment code that waits, and rights to approve."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from clients.local_days import day_of
from idp.admin.actor import Actor
from idp.admin.administrators.service import Administrators, Seen
from idp.admin.changes.independence import APART_FOR, TieReader, demand_another, demand_rested, numbers_needed
from idp.admin.errors import StaleVersionError, TooLateError
from idp.admin.permissions import Permission
from idp.audit.model import EventName
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId
from idp.officers.roles import APPROVING_RIGHT_RESTS, ConfirmRole


class SecondPerson(Struct, frozen=True):
    """Confirms what another administrator wants for an account."""

    administrators: Administrators
    ties: TieReader
    apart_for: timedelta = APART_FOR
    numbered_from: datetime | None = None

    async def confirm(self, actor: Actor, account_id: AccountId, digest: str) -> None:
        """Send the enrolment code that was asked for, and let roles approve once they have rested.

        `digest` names what the actor has read. Raises `NotPermittedError` where one's own command is among it or the
        same person can be behind it, `StaleVersionError` where it is not what was read, `TooLateError` where nothing
        waits.
        """
        asking, now = self.administrators, self.administrators.clock.now()
        officer = (await asking.to_end(actor, account_id)).officer
        lineage = await asking.lineages.lineage(officer.agency, day_of(now))
        demand_rested(actor, Permission.ADMINISTRATORS_CHANGE, lineage, now)
        seen = await asking.get(actor, account_id)
        askers = _askers(seen)
        if not askers:
            raise TooLateError("nothing waits for a second person")
        for asker in sorted(askers):
            needed = numbers_needed(self.numbered_from, now)
            await demand_another(actor, AccountId(asker), self.ties, now - self.apart_for, numbers_needed=needed)
        if seen.digest != digest:
            raise StaleVersionError("what waits is not what was read")
        if not await self._confirmed(actor, seen, now):
            raise TooLateError("it was confirmed, asked anew, or taken back meanwhile")

    async def _confirmed(self, actor: Actor, seen: Seen, now: datetime) -> bool:
        officer, asking = seen.officer, self.administrators
        event = actor.event(
            EventName.ADMINISTRATOR_CONFIRMED,
            now,
            reason="done",
            person_id=officer.person_id,
            details={
                "officer": officer.account_id,
                "officer_code": officer.code,
                "agency": officer.agency,
                "roles": " ".join(grant.role for grant in seen.unconfirmed),
            },
        )
        first = (actor.still_holds(now), *_roles(actor, seen, now))
        if officer.asked is None:
            return await asking.ledger.commit(*first, event)
        return await asking.accounts.confirm_enrolment(officer, officer.asked, actor.account_id, event, first=first)


def _askers(seen: Seen) -> frozenset[str]:
    """Return who wants what waits: whoever confirms it is none of them."""
    asked = {seen.officer.asked.by} if seen.officer.asked else set[str]()
    return frozenset(asked | {grant.given_by for grant in seen.unconfirmed})


def _roles(actor: Actor, seen: Seen, now: datetime) -> Sequence[Effect]:
    return [
        ConfirmRole(
            person_id=grant.person_id,
            account_id=grant.account_id,
            grant_id=grant.id,
            approves_from=now + APPROVING_RIGHT_RESTS,
            by=actor.account_id,
        )
        for grant in seen.unconfirmed
    ]
