"""The second pair of eyes: approve, refuse, withdraw, undo, review."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from clients.errors import Problem
from clients.local_days import day_of
from clients.model import ClientId
from idp.admin.actor import Actor
from idp.admin.changes.behind_programs import accounts_behind
from idp.admin.changes.independence import APART_FOR, TieReader, demand_another, demand_rested, numbers_needed
from idp.admin.changes.model import (
    REVIEW_WITHIN,
    UNDO_WITHIN,
    UNDOABLE,
    By,
    Change,
    ChangeReader,
    ChangeState,
    DecideChange,
    ObjectKind,
    ReviewChange,
    UndoChange,
    same_document,
)
from idp.admin.changes.subjects import Subject, Subjects
from idp.admin.clients.documents import asked_scopes, without_scopes
from idp.admin.clients.moves import asks_an_agency, is_move, speaking_for_agencies
from idp.admin.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    TooLateError,
)
from idp.admin.permissions import Permission, agencies_of, allows
from idp.admin.programs import program_of
from idp.admin.reasons import read_reason
from idp.agencies.ports import AgencyLineages
from idp.audit.model import EventName
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import ChangeId
from idp.officers.roles import NATIONAL
from records.structs import replace


class Approvals(Struct, frozen=True):
    """Decides changes for administrators."""

    changes: ChangeReader
    subjects: Mapping[ObjectKind, Subjects]
    ledger: Ledger
    lineages: AgencyLineages
    ties: TieReader
    clock: Clock
    apart_for: timedelta = APART_FOR
    # From then on an account that carries no person's number decides nothing, and nobody decides its proposals.
    numbered_from: datetime | None = None

    async def waiting(self, actor: Actor, after_id: str = "", limit: int = 50) -> Sequence[Change]:
        """Return what waits for a decision or a review among the objects that the actor sees, oldest first."""
        now = self.clock.now()
        tops = agencies_of(actor.grants, Permission.CLIENTS_READ)
        if not tops:
            raise NotPermittedError(Permission.CLIENTS_READ)
        if NATIONAL in tops:
            kinds = [kind for kind, of in self.subjects.items() if NATIONAL in agencies_of(actor.grants, of.read)]
            return await self.changes.waiting(kinds, None, now, after_id, limit)
        # What is not of an agency is not below one: whoever sees settings sees the clients of the whole country too.
        below = [code for top in sorted(tops) for code in await self.lineages.subtree(top, day_of(now))]
        return await self.changes.waiting([ObjectKind.CLIENT], below, now, after_id, limit)

    async def find(self, actor: Actor, change_id: ChangeId) -> Change:
        """Return a change of the actor's agencies. Raises `NotFoundError`."""
        change = await self.changes.find(change_id)
        if change is not None and change.asked_agency is not None:
            asked = await self._lineage(change.asked_agency)
            if allows(actor.grants, self.subjects[change.object_kind].read, asked):
                return change
        actor.demand(Permission.CLIENTS_READ, await self._lineage(change.agency if change else NATIONAL))
        if change is None:
            raise NotFoundError(change_id)
        if not allows(actor.grants, self.subjects[change.object_kind].read, await self._lineage(change.agency)):
            raise NotFoundError(change_id)
        return change

    async def of_client(
        self, actor: Actor, client_id: ClientId, before_id: str = "", limit: int = 20
    ) -> Sequence[Change]:
        """Return what was changed of a client, newest first. Raises `NotFoundError`."""
        return await self.of_object(actor, ObjectKind.CLIENT, client_id, before_id, limit)

    async def of_object(
        self, actor: Actor, kind: ObjectKind, object_id: str, before_id: str = "", limit: int = 20
    ) -> Sequence[Change]:
        """Return what was changed of an object, newest first. Raises `NotFoundError`."""
        of_kind = self.subjects[kind]
        subject = await of_kind.find(object_id)
        actor.demand(of_kind.read, await self._lineage(subject.agency if subject else NATIONAL))
        if subject is None:
            raise NotFoundError(object_id)
        return await self.changes.of_object(kind, object_id, before_id, limit)

    async def approve(
        self, actor: Actor, change_id: ChangeId, digest: bytes, refused_scopes: frozenset[str] = frozenset()
    ) -> Change:
        """Apply a proposal, less the scopes that are refused.

        `digest` names what the actor has read. Raises `NotPermittedError` for one's own proposal, `TooLateError` where
        it was decided or has expired, `StaleVersionError` where the proposal or the object is not what was read.
        """
        change = await self._to_decide(actor, change_id, digest)
        subject, now = await self._subject(change), self.clock.now()
        if not same_document(subject.document, change.before):
            raise StaleVersionError("the object has changed since the proposal")
        after = change.after
        if refused := _allowed_refusals(change, refused_scopes):
            after = without_scopes(after, refused)
        application = await subject.applied(change, after, now)
        if application.needs is not None:
            await self._demand(actor, application.needs, change, application.asked_agency)
        undo_until = now + UNDO_WITHIN if change.kind in UNDOABLE and application.undoable else None
        decided = replace(
            change,
            after=after,
            state=ChangeState.APPLIED,
            decided_by=By.of(actor),
            decided_at=now,
            undo_until=undo_until,
        )
        deciding = _decision(decided, change.digest)
        details = dict(application.details)
        if refused_scopes:
            details["refused_scopes"] = " ".join(sorted(refused_scopes))
        effects = [deciding, application.effect, *application.also]
        if application.happened is not None:
            happened, word = application.happened
            effects.append(actor.event(happened, now, reason=word, details={"change": change.id, **details}))
        await self._commit(actor, EventName.CHANGE_APPROVED, decided, details, *effects)
        return decided

    async def refuse(self, actor: Actor, change_id: ChangeId, digest: bytes, reason: str) -> Change:
        """Refuse a proposal, with the reason that its proposer reads."""
        change = await self._to_decide(actor, change_id, digest, refusing=True)
        decided = self._decided(actor, change, ChangeState.REFUSED, read_reason(reason))
        await self._commit(actor, EventName.CHANGE_REFUSED, decided, {}, _decision(decided, change.digest))
        return decided

    async def withdraw(self, actor: Actor, change_id: ChangeId) -> Change:
        """Take one's own proposal back. Raises `NotPermittedError` for another's."""
        change = await self.find(actor, change_id)
        if change.proposed_by.account_id != actor.account_id:
            raise NotPermittedError("only who proposed a change withdraws it")
        decided = self._decided(actor, change, ChangeState.WITHDRAWN, "")
        await self._commit(actor, EventName.CHANGE_WITHDRAWN, decided, {}, _decision(decided, change.digest))
        return decided

    async def undo(self, actor: Actor, change_id: ChangeId) -> Change:
        """Take an applied change back within a day; another person reviews it.

        Raises `TooLateError` after the day, `StaleVersionError` where the object was changed again since.
        """
        change = await self.find(actor, change_id)
        await self._demand(actor, change.needs, change)
        subject, now = await self._subject(change), self.clock.now()
        if not change.undoable(now):
            raise TooLateError(change_id)
        application = await subject.undone(change, By.of(actor), now)
        if application.asked_agency is not None:
            await self._demand(actor, change.needs, change, application.asked_agency)
        undone = replace(
            change, state=ChangeState.UNDONE, undone_by=By.of(actor), undone_at=now, review_by=now + REVIEW_WITHIN
        )
        undoing = UndoChange(change_id=change.id, by=By.of(actor), at=now, review_by=now + REVIEW_WITHIN)
        effects = undoing, application.effect, *application.also
        await self._commit(actor, EventName.CHANGE_UNDONE, undone, application.details, *effects)
        return undone

    async def review(self, actor: Actor, change_id: ChangeId) -> Change:
        """Note that one has looked at what another person did alone. Raises `NotPermittedError` for one's own act."""
        change = await self.find(actor, change_id)
        await self._demand(actor, change.needs, change)
        if not change.wants_review:
            raise TooLateError(change_id)
        if change.done_alone_by is not None:
            await self._demand_another(actor, change.done_alone_by)
        now = self.clock.now()
        reviewed = replace(change, reviewed_by=By.of(actor), reviewed_at=now)
        await self._commit(
            actor, EventName.CHANGE_REVIEWED, reviewed, {}, ReviewChange(change_id=change.id, by=By.of(actor), at=now)
        )
        return reviewed

    async def _to_decide(self, actor: Actor, change_id: ChangeId, digest: bytes, *, refusing: bool = False) -> Change:
        change = await self.find(actor, change_id)
        if not (refusing and await self._gives(actor, change)):
            await self._demand(speaking_for_agencies(actor) if asks_an_agency(change) else actor, change.needs, change)
        await self._demand_another(actor, change.proposed_by)
        if change.state_at(self.clock.now()) is not ChangeState.PROPOSED:
            raise TooLateError(change_id)
        if change.digest != digest:
            raise StaleVersionError("the proposal is not the one that was read")
        return change

    async def _gives(self, actor: Actor, change: Change) -> bool:
        """Say whether an administrator may keep their agency's client from going: by a refusal, never by a yes."""
        if not is_move(change) or not allows(actor.grants, change.needs, await self._lineage(change.agency)):
            return False
        actor.demand(change.needs, await self._lineage(change.agency))
        demand_rested(actor, change.needs, await self._lineage(change.agency), self.clock.now())
        return True

    async def _demand(self, actor: Actor, permission: Permission, change: Change, agency: str | None = None) -> None:
        lineage = await self._lineage(change.deciding_agency if agency is None else agency)
        actor.demand(permission, lineage)
        demand_rested(actor, permission, lineage, self.clock.now())

    async def _demand_another(self, actor: Actor, other: By) -> None:
        now = self.clock.now()
        needed = numbers_needed(self.numbered_from, now)
        program = program_of(other.account_id)
        behind = [other.account_id] if program is None else await accounts_behind(self.changes, program)
        for account_id in behind:
            await demand_another(actor, account_id, self.ties, now - self.apart_for, numbers_needed=needed)

    def _decided(self, actor: Actor, change: Change, state: ChangeState, reason: str) -> Change:
        now = self.clock.now()
        return replace(change, state=state, decided_by=By.of(actor), decided_at=now, decision_reason=reason)

    async def _subject(self, change: Change) -> Subject:
        subject = await self.subjects[change.object_kind].of(change)
        if subject is None:
            raise NotFoundError(change.object_id)
        return subject

    async def _lineage(self, agency: str) -> tuple[str, ...]:
        return await self.lineages.lineage(agency, day_of(self.clock.now())) if agency else ()

    async def _commit(
        self, actor: Actor, name: EventName, change: Change, details: Mapping[str, str], *effects: Effect
    ) -> None:
        said = {"change": change.id, "kind": change.kind, **change.named, **details}
        event = actor.event(name, self.clock.now(), client_id=change.client_id, details=said)
        # After the object's own rows: who moves an agency's clients takes the rows of its officers last, too.
        if await self.ledger.commit(*effects, actor.still_holds(self.clock.now()), event):
            return
        found = await self.changes.find(change.id)
        if found is None or found.state is not ChangeState.PROPOSED or change.state is found.state:
            raise TooLateError(change.id)
        subject = await self._subject(change)
        if same_document(subject.document, change.before):
            raise TooLateError("a role of theirs was taken back meanwhile, or the object saved as it was")
        raise StaleVersionError("the object was saved meanwhile")


def _allowed_refusals(change: Change, refused: frozenset[str]) -> frozenset[str]:
    unknown = refused - frozenset(asked_scopes(change.before, change.after))
    if unknown:
        reason = f"{' '.join(sorted(unknown))} is not asked for by this change"
        raise InvalidInputError([Problem("refused_scopes", "not-asked", reason, "refuse what the change asks for")])
    return refused


def _decision(decided: Change, digest: bytes) -> DecideChange:
    if decided.decided_by is None or decided.decided_at is None:
        raise TypeError("a decision has its maker and its time")
    return DecideChange(
        change_id=decided.id,
        digest=digest,
        state=decided.state,
        by=decided.decided_by,
        at=decided.decided_at,
        reason=decided.decision_reason,
        after=decided.after,
        undo_until=decided.undo_until,
    )
