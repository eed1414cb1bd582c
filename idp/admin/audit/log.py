"""Use case: administrators search the audit log, each as far as their roles reach."""

from collections.abc import Sequence

from msgspec import Struct

from clients.local_days import day_of
from clients.model import ClientId
from clients.ports import ClientStore
from idp.admin.actor import Actor
from idp.admin.audit.details import details_shown
from idp.admin.audit.search import AuditQuestion, AuditReader, By, LoggedEvent, Span
from idp.admin.errors import FreshFactorNeededError, NotFoundError, NotPermittedError
from idp.admin.permissions import TABLE, Level, Permission, agencies_of, allows
from idp.agencies.ports import AgencyLineages
from idp.audit.model import EventName
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import AccountId, EventId
from idp.officers.roles import NATIONAL
from records.structs import replace

# How often a page looks, and at how many rows each time, where not every row is wanted: it costs the same however rare
# is what is looked for. Events of many agencies are sorted together, so fewer of them.
_LOOKS, _LOOK_AT, _LOOK_AT_AGENCIES = 3, 500, 100
# From so many agencies on, their events are looked for among the newest of all: quicker than to ask for each of their
# clients and officers, and seldom in vain.
_MANY_AGENCIES, _SCANNED = 20, 2000


class AuditPage(Struct, frozen=True):
    """Some events, newest first, and the id before which the next page goes on; None at the end.

    A page may be short, even empty, before the end: it looks at a bounded part of the log.
    """

    events: Sequence[LoggedEvent]
    before_id: str | None


class _Reading(Struct, frozen=True):
    """How the log is read for one question: by one thing, or by what belongs to agencies."""

    by: By
    value: str
    agencies: Sequence[str] | None
    # Not every row that is so read is wanted.
    picks: bool

    @property
    def at_once(self) -> int:
        return _LOOK_AT if self.agencies is None else _LOOK_AT_AGENCIES


class AuditLog(Struct, frozen=True):
    """Searches the log. Who may find people sees all of an event; others no person, and details by a closed table."""

    reader: AuditReader
    clients: ClientStore
    lineages: AgencyLineages
    ledger: Ledger
    clock: Clock

    async def page(
        self,
        actor: Actor,
        question: AuditQuestion,
        before_id: str = "",
        limit: int = 50,
        permission: Permission = Permission.AUDIT_READ,
        *,
        tells: bool = True,
    ) -> AuditPage:
        """Return a page. Raises `NotPermittedError`, `FreshFactorNeededError`; `NotFoundError` for what is not theirs.

        A search for a person is an event of that person, who can read it; not told again for the pages of an export.
        """
        agencies = await self._reach(actor, permission)
        if question.account_id is not None:
            _demand_persons(actor, agencies)
            if tells and not before_id:
                await self._tell_person(actor, question.account_id)
        reading = await self._reading(question, agencies)
        span = question.span(before_id)
        found = await self._among_newest(question, reading, span, limit)
        found = found or await self._look(question, reading, span, limit)
        return found if _shows_persons(actor) else replace(found, events=[_without_person(one) for one in found.events])

    async def one(self, actor: Actor, event_id: EventId) -> LoggedEvent:
        """Return one event. Raises `NotFoundError` for none, and for one beyond the actor's reach."""
        agencies = await self._reach(actor, Permission.AUDIT_READ)
        # Nothing lies between an id and itself with a letter more.
        span = Span(event_id, f"{event_id}0")
        if agencies is None:
            found = await self.reader.newest_first(By.TIME, "", span, 1)
        else:
            found, _ = await self.reader.recent_of_agencies(agencies, "", span, 1, 1)
        if not found or found[0].id != event_id:
            raise NotFoundError("no such event")
        return found[0] if _shows_persons(actor) else _without_person(found[0])

    async def export_begins(self, actor: Actor, question: AuditQuestion) -> None:
        """Record that an export begins, durably, before its first line leaves. Raises what `page` raises."""
        agencies = await self._reach(actor, Permission.AUDIT_EXPORT)
        if question.account_id is not None:
            _demand_persons(actor, agencies)
            await self._tell_person(actor, question.account_id)
        await self._reading(question, agencies)
        await self.ledger.commit(
            actor.event(EventName.AUDIT_EXPORTED, self.clock.now(), details=question.reported()),
        )

    async def _reach(self, actor: Actor, permission: Permission) -> Sequence[str] | None:
        """Return the agencies whose events the actor may see; None for everybody's."""
        tops = agencies_of(actor.grants, permission)
        if not tops:
            raise NotPermittedError(permission)
        if TABLE[permission].level is Level.FRESH and not actor.fresh:
            raise FreshFactorNeededError(permission)
        if NATIONAL in tops:
            return None
        day = day_of(self.clock.now())
        return sorted({code for top in tops for code in await self.lineages.subtree(top, day)})

    async def _reading(self, question: AuditQuestion, agencies: Sequence[str] | None) -> _Reading:
        """Return what the log is read by: of what is asked, that which fits fewest events, if it is the actor's."""
        asked = [(by, value) for by, value in question.conditions() if value is not None]
        if agencies is None:
            by, value = asked[0] if asked else (By.TIME, "")
            return _Reading(by, value, None, picks=len(asked) > 1)
        for by, value in asked:
            owner = await self._owner(by, value)
            if owner is not None and owner not in agencies:
                raise NotFoundError("another agency's")
            if owner is not None:
                return _Reading(by, value, None, picks=len(asked) > 1)
        return _Reading(By.TIME, "", agencies, picks=bool(asked))

    async def _owner(self, by: By, value: str) -> str | None:
        """Return the agency that a client or an officer belongs to; None for what belongs to nobody."""
        if by is By.CLIENT:
            client = await self.clients.find(ClientId(value))
            return (client.agency or NATIONAL) if client else NATIONAL
        if by is By.ACTOR:
            return await self.reader.officer_agency(AccountId(value)) or NATIONAL
        return None

    async def _among_newest(
        self, question: AuditQuestion, reading: _Reading, span: Span, limit: int
    ) -> AuditPage | None:
        """Return the page of many agencies, found among the newest events; None where too few of those are theirs.

        Where a name is looked for the page is short instead, and says where to go on.
        """
        if reading.agencies is None or len(reading.agencies) < _MANY_AGENCIES:
            return None
        agencies, name = reading.agencies, question.name or ""
        rows, last_id = await self.reader.recent_of_agencies(agencies, name, span, _SCANNED, limit + 1)
        kept = [row for row in rows[:limit] if question.wants(row)]
        if len(rows) > limit:
            return AuditPage(kept, rows[limit - 1].id)
        return AuditPage(kept, last_id or None) if reading.picks or not last_id else None

    async def _look(self, question: AuditQuestion, reading: _Reading, span: Span, limit: int) -> AuditPage:
        """Read, and look at each row for what is asked besides, a bounded number of times."""
        kept: list[LoggedEvent] = []
        for _ in range(_LOOKS):
            at_once = reading.at_once if reading.picks else limit + 1
            rows = await self._read(reading, span, at_once)
            kept += [row for row in rows if question.wants(row)]
            if len(kept) > limit:
                return AuditPage(kept[:limit], kept[limit - 1].id)
            if len(rows) < at_once:
                return AuditPage(kept, None)
            span = replace(span, before_id=rows[-1].id)
        return AuditPage(kept, span.before_id)

    async def _read(self, reading: _Reading, span: Span, limit: int) -> Sequence[LoggedEvent]:
        if reading.agencies is not None:
            return await self.reader.of_agencies(reading.agencies, span, limit)
        return await self.reader.newest_first(reading.by, reading.value, span, limit)

    async def _tell_person(self, actor: Actor, account_id: AccountId) -> None:
        person_id = await self.reader.person_of(account_id)
        event = actor.event(EventName.PERSON_EVENTS_READ, self.clock.now(), person_id=person_id)
        await self.ledger.commit(event)


def _demand_persons(actor: Actor, agencies: Sequence[str] | None) -> None:
    """Refuse a search for a person to whoever may not find people, or does not see the whole log."""
    actor.demand(Permission.PEOPLE_FIND, ())
    if agencies is not None:
        raise NotPermittedError(Permission.PEOPLE_FIND)


def _shows_persons(actor: Actor) -> bool:
    return allows(actor.grants, Permission.PEOPLE_FIND, ())


def _without_person(event: LoggedEvent) -> LoggedEvent:
    details = details_shown(event.name, event.details)
    return replace(event, person_id=None, session_id=None, address="", port=0, details=details)
