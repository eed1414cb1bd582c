"""Changes of keys, registers and upstream providers: proposed to a second person, or done at once in an emergency."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from clients.document import Document
from clients.errors import Problem
from idp.admin.actor import Actor
from idp.admin.changes.model import (
    OPEN_FOR,
    REVIEW_WITHIN,
    By,
    Change,
    ChangeKind,
    ChangeReader,
    ChangeState,
    KeepApplied,
    ObjectKind,
    ProposeChange,
)
from idp.admin.errors import ConflictError, InvalidInputError, NotFoundError, StaleVersionError
from idp.admin.infrastructure.key_subject import ROTATION, KeySubjects, OneKey, revoked, with_rotation
from idp.admin.permissions import Permission
from idp.admin.reasons import read_reason
from idp.admin.settings.subject import SettingSubjects
from idp.audit.model import EventName
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import ChangeId, new_id
from idp.officers.roles import NATIONAL
from idp.proofing.registers.health import RegisterName
from idp.settings.names import SettingName
from idp.settings.outbound_services import read_registers, read_upstreams, without_provider, without_register
from idp.upstream.service import Federation
from records.structs import replace

# An emergency that meets another save looks again.
_TRIES = 5
# Below it relying parties may not know the key yet; above it nobody remembers what was approved.
SHORTEST_LEAD, LONGEST_LEAD = timedelta(minutes=10), timedelta(days=30)
_COUNTRY = ()


class KeyChanges(Struct, frozen=True):
    """Rotations and revocations of signing keys."""

    subjects: KeySubjects
    changes: ChangeReader
    ledger: Ledger
    clock: Clock

    async def propose_rotation(self, actor: Actor, lead: timedelta, reason: str) -> Change:
        """Propose a new key for each algorithm, to sign `lead` after the approval. Raises `ConflictError`."""
        actor.demand(Permission.SETTINGS_CHANGE, _COUNTRY)
        reason = _reason_and(reason, *_lead_problems(lead))
        subject = await self.subjects.find(ROTATION)
        if subject is None:
            raise NotFoundError(ROTATION)
        after = with_rotation(subject.document, lead)
        return await self._propose(actor, ChangeKind.ROTATE, ROTATION, subject.document, after, reason)

    async def propose_revocation(self, actor: Actor, kid: str, reason: str) -> Change:
        """Propose that a key is worth nothing any more. Raises `NotFoundError`, `ConflictError`."""
        key, reason = await self._key(actor, kid), _reason_and(reason)
        return await self._propose(
            actor, ChangeKind.REVOKE, kid, key.document, {**key.document, "revoked": True}, reason
        )

    async def revoke_now(self, actor: Actor, kid: str, reason: str) -> Change:
        """Make a leaked key worth nothing at once; another person reviews it.

        While one such act waits for its review the next takes two: nobody empties the key set alone. Raises
        `NotFoundError`, `ConflictError`, `StaleVersionError` where the keys changed again and again.
        """
        for _ in range(_TRIES):
            key, said, now = await self._key(actor, kid), _reason_and(reason), self.clock.now()
            # Planned first: of two emergencies at once the second finds the set changed, and then the first one here.
            application = await revoked(self.subjects.keys, kid, now)
            waiting = await self.changes.waiting([ObjectKind.SIGNING_KEY], None, now, "", 100)
            if any(one.kind is ChangeKind.STOP and one.wants_review for one in waiting):
                raise ConflictError("an emergency revocation waits for its review")
            after = {**key.document, "revoked": True}
            change = _done(
                _change(actor, ChangeKind.STOP, (ObjectKind.SIGNING_KEY, kid), key.document, after, said, now)
            )
            details = {**application.details, "change": change.id}
            event = actor.event(EventName.KEY_RETIRED, now, reason="compromised", details=details)
            if await self.ledger.commit(application.effect, *application.also, KeepApplied(change=change), event):
                return change
        raise StaleVersionError(kid)

    async def _key(self, actor: Actor, kid: str) -> OneKey:
        actor.demand(Permission.SETTINGS_CHANGE, _COUNTRY)
        subject = await self.subjects.find(kid)
        if not isinstance(subject, OneKey):
            raise NotFoundError(kid)
        if subject.revoked:
            raise ConflictError("the key is revoked already")
        return subject

    async def _propose(
        self, actor: Actor, kind: ChangeKind, object_id: str, before: Document, after: Document, reason: str
    ) -> Change:
        now = self.clock.now()
        change = _change(actor, kind, (ObjectKind.SIGNING_KEY, object_id), before, after, reason, now)
        details = {"change": change.id, "kind": kind, **change.named}
        event = actor.event(EventName.CHANGE_PROPOSED, now, details=details)
        if not await self.ledger.commit(ProposeChange(change=change), event):
            raise ConflictError("another change of it waits for its decision")
        return change


class ServiceStops(Struct, frozen=True):
    """One person takes a register or an upstream provider away at once; giving it back takes two."""

    settings: SettingSubjects
    federation: Federation
    ledger: Ledger
    clock: Clock

    async def stop_register(self, actor: Actor, register: str, reason: str) -> Change:
        """Take a register out of service: sign-in goes on, proofs wait. Raises `NotFoundError`, `ConflictError`."""
        actor.demand(Permission.SETTINGS_CHANGE, _COUNTRY)
        if register not in set(RegisterName):
            raise NotFoundError(register)
        return await self._stop(
            actor,
            SettingName.REGISTERS,
            lambda document: not read_registers(document)[register].in_service,
            lambda document: without_register(document, register),
            reason,
        )

    async def stop_upstream(self, actor: Actor, provider_id: str, reason: str) -> Change:
        """Offer a provider at no sign-in any more. Raises `NotFoundError`, `ConflictError`."""
        actor.demand(Permission.SETTINGS_CHANGE, _COUNTRY)
        if self.federation.provider(provider_id) is None:
            raise NotFoundError(provider_id)
        return await self._stop(
            actor,
            SettingName.UPSTREAMS,
            lambda document: provider_id in read_upstreams(document),
            lambda document: without_provider(document, provider_id),
            reason,
        )

    async def _stop(
        self,
        actor: Actor,
        name: SettingName,
        stopped: Callable[[Document], bool],
        stop: Callable[[Document], Document],
        reason: str,
    ) -> Change:
        for _ in range(_TRIES):
            subject, said, now = await self.settings.find(name), _reason_and(reason), self.clock.now()
            if subject is None:
                raise NotFoundError(name)
            if stopped(subject.document):
                raise ConflictError("it is stopped already")
            after = stop(subject.document)
            change = _done(
                _change(actor, ChangeKind.STOP, (ObjectKind.SETTING, name), subject.document, after, said, now)
            )
            application = subject.restored(after, now)
            details = {**application.details, **change.named, "change": change.id}
            event = actor.event(EventName.SETTING_STOPPED, now, details=details)
            if await self.ledger.commit(application.effect, KeepApplied(change=change), event):
                return change
        raise StaleVersionError(name)


def _change(
    actor: Actor,
    kind: ChangeKind,
    about: tuple[ObjectKind, str],
    before: Document,
    after: Document,
    reason: str,
    now: datetime,
) -> Change:
    return Change(
        id=ChangeId(new_id()),
        kind=kind,
        object_kind=about[0],
        object_id=about[1],
        agency=NATIONAL,
        before=before,
        after=after,
        needs=Permission.SETTINGS_APPROVE,
        reason=reason,
        proposed_by=By.of(actor),
        proposed_at=now,
        expires_at=now + OPEN_FOR,
    )


def _done(change: Change) -> Change:
    """Return a change that its proposer applied alone."""
    at = change.proposed_at
    return replace(
        change,
        state=ChangeState.APPLIED,
        decided_by=change.proposed_by,
        decided_at=at,
        review_by=at + REVIEW_WITHIN,
    )


def _reason_and(reason: str, *problems: Problem) -> str:
    """Return the reason. Raises `InvalidInputError` with what is wrong with it and everything else."""
    try:
        said = read_reason(reason)
    except InvalidInputError as error:
        raise InvalidInputError([*problems, *error.problems]) from error
    if problems:
        raise InvalidInputError(problems)
    return said


def _lead_problems(lead: timedelta) -> tuple[Problem, ...]:
    if lead < SHORTEST_LEAD:
        return (Problem("lead", "floor", "relying parties may not know the key yet", "choose at least 10 minutes"),)
    if lead > LONGEST_LEAD:
        return (Problem("lead", "ceiling", "nobody remembers what was approved", "choose at most 30 days"),)
    return ()
