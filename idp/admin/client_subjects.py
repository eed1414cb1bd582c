"""Clients as what changes are about."""

from dataclasses import dataclass, replace
from datetime import datetime

from clients.document import Document, document_of
from clients.model import Client
from clients.ports import ClientStore
from clients.public_digest import public_digest
from idp.accounts.roles import NATIONAL
from idp.admin.changes import Change, ChangeKind
from idp.admin.client_effects import ReplaceClient
from idp.admin.client_wishes import read_change, read_stored
from idp.admin.errors import ConflictError
from idp.admin.field_rules import needed
from idp.admin.permissions import Permission
from idp.admin.subjects import Application
from idp.transparency.published import METADATA_DIGEST


@dataclass(frozen=True, slots=True)
class ClientSubject:
    """One client."""

    client: Client

    @property
    def agency(self) -> str:
        """Return its agency."""
        return self.client.agency or NATIONAL

    @property
    def document(self) -> Document:
        """Return its metadata."""
        return document_of(self.client)

    async def applied(self, change: Change, after: Document, now: datetime) -> Application:
        """Return what applies a change, with what it takes today. Raises `ConflictError`, `InvalidInputError`."""
        wanted = _wanted(change, self.client, after, now)
        return self._replaced(wanted, needed(self.client, wanted) if change.kind is ChangeKind.UPDATE else None)

    def restored(self, before: Document, now: datetime) -> Application:
        """Return what takes it back, as it was stored; the way back to the sandbox is open here alone."""
        return self._replaced(read_stored(self.client, before, now), None)

    def _replaced(self, wanted: Client, needs: Permission | None) -> Application:
        effect = ReplaceClient(wanted, self.client.version)
        return Application(effect, {METADATA_DIGEST: public_digest(wanted)}, needs=needs)


@dataclass(frozen=True, slots=True)
class ClientSubjects:
    """The registry of clients."""

    store: ClientStore
    read: Permission = Permission.CLIENTS_READ

    async def find(self, object_id: str) -> ClientSubject | None:
        """Return one client as it is stored now."""
        client = await self.store.find(object_id)
        return ClientSubject(client) if client else None


def _wanted(change: Change, client: Client, after: Document, now: datetime) -> Client:
    if change.kind is ChangeKind.ENABLE:
        if client.active:
            raise ConflictError("the client works")
        return replace(client, disabled_at=None, updated_at=now)
    return read_change(client, after, now)
