"""A national setting as the object of a change."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from clients.document import Document
from idp.admin.changes.model import By, Change
from idp.admin.changes.subjects import Application, demand_unchanged
from idp.admin.errors import InvalidInputError
from idp.admin.permissions import Permission
from idp.officers.roles import NATIONAL
from idp.settings.live import Followed
from idp.settings.model import SettingStore, StoredSetting, WriteSetting, digest_of
from idp.settings.names import SettingName
from idp.transparency.published import METADATA_DIGEST

# Undoing what was taken away gives it back, which takes two (decision 0045).
_GIVE_TRUST = frozenset({SettingName.REGISTERS, SettingName.UPSTREAMS})


class SettingSubject(Struct, frozen=True):
    """One setting: what stands, stored or by default."""

    followed: Followed
    stored: StoredSetting | None

    @property
    def agency(self) -> str:
        """Return the agency that decides: none, as a national setting is the country's."""
        return NATIONAL

    @property
    def document(self) -> Document:
        """Return what stands."""
        return self.stored.document if self.stored else self.followed.default

    @property
    def version(self) -> int:
        """Return how often it was changed."""
        return self.stored.version if self.stored else 0

    def check(self, document: Document) -> None:
        """Raise `InvalidInputError` with everything that is wrong with a document."""
        if problems := self.followed.problems(document):
            raise InvalidInputError(problems)

    async def applied(self, change: Change, after: Document, now: datetime) -> Application:
        """Return what applies a change. Raises `InvalidInputError` where it breaks rules that have become stricter."""
        del change
        self.check(after)
        return self.restored(after, now)

    async def undone(self, change: Change, by: By, now: datetime) -> Application:
        """Return what takes a change back. Raises `StaleVersionError`."""
        del by
        demand_unchanged(self.document, change)
        return self.restored(change.before, now)

    def restored(self, before: Document, now: datetime) -> Application:
        """Return what lets a document stand as the next version."""
        following = StoredSetting(self.followed.name, self.version + 1, before, now)
        details = {METADATA_DIGEST: digest_of(before)}
        undoable = self.followed.name not in _GIVE_TRUST
        return Application(
            WriteSetting(setting=following), details, undoable=undoable, needs=Permission.SETTINGS_APPROVE
        )


class SettingSubjects(Struct, frozen=True):
    """All national settings."""

    store: SettingStore
    followed: Mapping[str, Followed]
    read: Permission = Permission.SETTINGS_READ

    async def find(self, object_id: str) -> SettingSubject | None:
        """Return one setting as it is stored now; None for a name of nothing."""
        followed = self.followed.get(object_id)
        return SettingSubject(followed, await self.store.find(object_id)) if followed else None

    async def of(self, change: Change) -> SettingSubject | None:
        """Return the setting that a change is about."""
        return await self.find(change.object_id)

    async def all(self) -> tuple[SettingSubject, ...]:
        """Return every setting, with one read."""
        stored = {one.name: one for one in await self.store.newest()}
        return tuple(SettingSubject(one, stored.get(name)) for name, one in self.followed.items())
