"""Clients as what changes are about."""

from dataclasses import dataclass, replace
from datetime import datetime

from clients.document import Document
from clients.local_days import day_of
from clients.model import Client
from clients.ports import ClientStore
from clients.public_digest import public_digest
from idp.accounts.agency_ports import AgencyLines
from idp.accounts.roles import NATIONAL
from idp.admin.changes import By, Change, ChangeKind, same_document
from idp.admin.client_effects import ReplaceClient
from idp.admin.client_moves import moved, moved_document
from idp.admin.client_wishes import read_change, read_stored
from idp.admin.errors import ConflictError, InvalidInputError
from idp.admin.officer_agencies import officer_agency_problems
from idp.admin.permissions import Permission
from idp.admin.sectors import SECTOR, approval_of, change_document, without_sector
from idp.admin.subjects import Application, demand_unchanged
from idp.transparency.published import AGENCY, METADATA_DIGEST


@dataclass(frozen=True, slots=True)
class ClientSubject:
    """One client."""

    client: Client
    store: ClientStore
    lines: AgencyLines
    local: bool

    @property
    def agency(self) -> str:
        """Return its agency."""
        return self.client.agency or NATIONAL

    @property
    def document(self) -> Document:
        """Return its metadata and its sector."""
        return change_document(self.client)

    async def applied(self, change: Change, after: Document, now: datetime) -> Application:
        """Return what applies a change, with what it takes today. Raises `ConflictError`, `InvalidInputError`."""
        if change.kind is ChangeKind.MOVE:
            return self._moved(change, after, now)
        wanted = _wanted(change, self, after, now)
        # An agency may have ended since the proposal.
        if problems := await officer_agency_problems(self.lines, wanted, day_of(now), self.client):
            raise InvalidInputError(problems)
        if wanted.sector_identifier != after.get(SECTOR):
            raise ConflictError("the sector that would be kept is not the one that was shown")
        takes = await approval_of(self.store, self.client, wanted) if change.kind is ChangeKind.UPDATE else None
        return self._replaced(wanted, takes)

    async def undone(self, change: Change, by: By, now: datetime) -> Application:
        """Return what takes it back, as it was stored; the way back to the sandbox is open here alone."""
        del by
        taken_up = change.kind is ChangeKind.MOVE
        demand_unchanged(moved_document(self.client) if taken_up else self.document, change)
        before = change.before
        was, sector = read_stored(self.client, without_sector(before), now), before.get(SECTOR)
        # A portal that once moved has another sector than its addresses say.
        kept = sector if isinstance(sector, str) else was.sector_identifier
        # What the agency that took it up authenticates with is not the former one's either.
        secrets = () if taken_up else was.secrets
        return self._replaced(replace(was, sector_identifier=kept, secrets=secrets), None)

    def _moved(self, change: Change, after: Document, now: datetime) -> Application:
        wanted = moved(self.client, change.deciding_agency, now)
        if not same_document(moved_document(wanted), after):
            raise ConflictError("it would not do what was shown")
        application = self._replaced(wanted, None)
        return replace(application, details={**application.details, AGENCY: change.deciding_agency})

    def _replaced(self, wanted: Client, needs: Permission | None) -> Application:
        effect = ReplaceClient(wanted, self.client.version)
        return Application(effect, {METADATA_DIGEST: public_digest(wanted)}, needs=needs)


@dataclass(frozen=True, slots=True)
class ClientSubjects:
    """The registry of clients."""

    store: ClientStore
    lines: AgencyLines
    # Whether the provider is on this machine alone.
    local: bool = False
    read: Permission = Permission.CLIENTS_READ

    async def find(self, object_id: str) -> ClientSubject | None:
        """Return one client as it is stored now."""
        client = await self.store.find(object_id)
        return ClientSubject(client, self.store, self.lines, self.local) if client else None

    async def of(self, change: Change) -> ClientSubject | None:
        """Return the client that a change is about."""
        return await self.find(change.object_id)


def _wanted(change: Change, subject: ClientSubject, after: Document, now: datetime) -> Client:
    client = subject.client
    if change.kind is ChangeKind.ENABLE:
        if client.active:
            raise ConflictError("the client works")
        return replace(client, disabled_at=None, updated_at=now)
    return read_change(client, without_sector(after), now, local=subject.local)
