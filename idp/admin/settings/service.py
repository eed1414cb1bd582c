"""National settings: seen, and changed only by two."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field

from clients.document import Document
from clients.errors import Problem
from idp.admin.actor import Actor
from idp.admin.changes.differences import MemberDifference, differences, flattened
from idp.admin.changes.model import (
    OPEN_FOR,
    By,
    Change,
    ChangeKind,
    ObjectKind,
    ProposeChange,
    same_document,
)
from idp.admin.errors import ConflictError, InvalidInputError, NotFoundError, StaleVersionError
from idp.admin.permissions import Permission
from idp.admin.reasons import read_reason
from idp.admin.settings.subject import SettingSubject, SettingSubjects
from idp.audit.model import EventName
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import ChangeId, new_id
from idp.officers.roles import NATIONAL
from idp.settings.names import SettingName
from idp.transparency.published import SETTING

# Settings are the country's: whoever changes them holds a role over all of it.
_COUNTRY = ()
# What is wrong with a document that names something which does not run here.
OfWhatRuns = Callable[[Document], Sequence[Problem]]


class PreviewedSetting(Struct, frozen=True):
    """What is wrong with a document; else what it would change."""

    problems: tuple[Problem, ...]
    differences: tuple[MemberDifference, ...] = ()


class SettingChanges(Struct, frozen=True):
    """Changes settings for administrators."""

    subjects: SettingSubjects
    ledger: Ledger
    clock: Clock
    # By the setting; asked only of what is proposed, and of what keeps the setting's own rules.
    of_what_runs: Mapping[SettingName, OfWhatRuns] = field(default_factory=dict)

    async def all(self, actor: Actor) -> tuple[SettingSubject, ...]:
        """Return every setting as it stands."""
        actor.demand(Permission.SETTINGS_READ, _COUNTRY)
        return await self.subjects.all()

    async def find(self, actor: Actor, name: str, permission: Permission = Permission.SETTINGS_READ) -> SettingSubject:
        """Return one setting as it stands. Raises `NotFoundError`."""
        actor.demand(permission, _COUNTRY)
        subject = await self.subjects.find(name)
        if subject is None:
            raise NotFoundError(name)
        return subject

    async def preview(self, actor: Actor, name: str, document: Document) -> PreviewedSetting:
        """Return what is wrong with a document, and what it would change; nothing is written."""
        subject = await self.find(actor, name, Permission.SETTINGS_CHANGE)
        if problems := self._problems(subject, document):
            return PreviewedSetting(tuple(problems))
        return PreviewedSetting((), differences(flattened(subject.document), flattened(document)))

    async def propose(self, actor: Actor, name: str, expected_version: int, document: Document, reason: str) -> Change:
        """Propose what a setting should say; it stands once another operator has approved it.

        Raises `InvalidInputError` with every problem, `StaleVersionError` where it is not the version that was read,
        `ConflictError` where another proposal waits, or nothing would change.
        """
        subject = await self.find(actor, name, Permission.SETTINGS_CHANGE)
        problems = list(self._problems(subject, document))
        try:
            reason = read_reason(reason)
        except InvalidInputError as error:
            problems.extend(error.problems)
        if problems:
            raise InvalidInputError(problems)
        if subject.version != expected_version:
            raise StaleVersionError(name)
        if same_document(subject.document, document):
            raise ConflictError("nothing would change")
        return await self._propose(actor, subject, document, reason)

    def _problems(self, subject: SettingSubject, document: Document) -> Sequence[Problem]:
        judge = self.of_what_runs.get(subject.followed.name)
        problems = subject.followed.problems(document)
        return judge(document) if judge and not problems else problems

    async def _propose(self, actor: Actor, subject: SettingSubject, document: Document, reason: str) -> Change:
        now = self.clock.now()
        change = Change(
            id=ChangeId(new_id()),
            kind=ChangeKind.UPDATE,
            object_kind=ObjectKind.SETTING,
            object_id=subject.followed.name,
            agency=NATIONAL,
            before=subject.document,
            after=document,
            needs=Permission.SETTINGS_APPROVE,
            reason=reason,
            proposed_by=By.of(actor),
            proposed_at=now,
            expires_at=now + OPEN_FOR,
        )
        details = {SETTING: change.object_id, "change": change.id, "kind": change.kind}
        event = actor.event(EventName.CHANGE_PROPOSED, now, details=details)
        if not await self.ledger.commit(ProposeChange(change=change), event):
            raise ConflictError("another change of this setting waits for its decision")
        return change
