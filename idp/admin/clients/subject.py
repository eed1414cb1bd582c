"""A client as the object of a change."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from clients.document import Document
from clients.local_days import day_of
from clients.model import Client, ClientId
from clients.ports import ClientStore
from clients.public_digest import public_digest
from clients.resources import with_owner
from clients.services.apis import api_problems
from idp.admin.changes.model import By, Change, ChangeKind, same_document
from idp.admin.changes.subjects import Application, demand_unchanged
from idp.admin.clients.approval import LOGO, RESOURCE_AGENCY, approval_of, asked_agency, change_document, metadata_of
from idp.admin.clients.documents import read_change, read_stored
from idp.admin.clients.effects import ReplaceClient
from idp.admin.clients.moves import moved, moved_document
from idp.admin.clients.officer_agencies import officer_agency_problems
from idp.admin.clients.sectors import SECTOR
from idp.admin.errors import ConflictError, InvalidInputError
from idp.admin.permissions import Permission
from idp.agencies.ports import AgencyLineages
from idp.officers.roles import NATIONAL
from idp.transparency.published import AGENCY, METADATA_DIGEST
from records.structs import replace


class ClientSubject(Struct, frozen=True):
    """One client."""

    client: Client
    store: ClientStore
    lineages: AgencyLineages
    local: bool

    @property
    def agency(self) -> str:
        """Return its agency."""
        return self.client.agency or NATIONAL

    @property
    def document(self) -> Document:
        """Return its metadata, its sector, and whose its resource is."""
        return change_document(self.client)

    async def applied(self, change: Change, after: Document, now: datetime) -> Application:
        """Return what applies a change, with what it takes today. Raises `ConflictError`, `InvalidInputError`."""
        clients = await self.store.load_all()
        if change.kind is ChangeKind.MOVE:
            return self._moved(change, after, clients, now)
        # The picture that was fetched for the proposal: what was read is what is shown.
        wanted = replace(with_owner(_wanted(change, self, after, now), clients), logo=_text(after.get(LOGO)))
        # An agency may have ended since the proposal.
        problems = await officer_agency_problems(self.lineages, wanted, day_of(now), self.client)
        if problems := [*problems, *api_problems(wanted, clients, self.client)]:
            raise InvalidInputError(problems)
        if wanted.sector_identifier != after.get(SECTOR):
            raise ConflictError("the sector that would be kept is not the one that was shown")
        if wanted.resource_agency != after.get(RESOURCE_AGENCY):
            raise ConflictError("the resource is not whose it was shown to be")
        takes = approval_of(self.client, wanted, clients) if change.kind is ChangeKind.UPDATE else None
        return self._replaced(wanted, takes, clients)

    async def undone(self, change: Change, by: By, now: datetime) -> Application:
        """Return what takes it back, as it was stored; the way back to the sandbox is open here alone."""
        del by
        taken_up = change.kind is ChangeKind.MOVE
        demand_unchanged(moved_document(self.client) if taken_up else self.document, change)
        before = change.before
        was, sector = read_stored(self.client, metadata_of(before), now), before.get(SECTOR)
        # A portal that once moved has another sector than its addresses say.
        kept = sector if isinstance(sector, str) else was.sector_identifier
        owned = replace(was, resource_agency=_text(before.get(RESOURCE_AGENCY)), logo=_text(before.get(LOGO)))
        # What the agency that took it up authenticates with is not the former one's either.
        secrets = () if taken_up else was.secrets
        restored = replace(owned, sector_identifier=kept, secrets=secrets)
        return self._replaced(restored, None, await self.store.load_all())

    def _moved(self, change: Change, after: Document, clients: Sequence[Client], now: datetime) -> Application:
        wanted = with_owner(moved(self.client, change.deciding_agency, now), clients)
        if not same_document(moved_document(wanted), after):
            raise ConflictError("it would not do what was shown")
        application = self._replaced(wanted, None, clients)
        return replace(application, details={**application.details, AGENCY: change.deciding_agency})

    def _replaced(self, wanted: Client, needs: Permission | None, clients: Sequence[Client]) -> Application:
        effect = ReplaceClient(client=wanted, expected_version=self.client.version)
        asked = asked_agency(self.client, wanted, clients)
        return Application(effect, {METADATA_DIGEST: public_digest(wanted)}, needs=needs, asked_agency=asked)


class ClientSubjects(Struct, frozen=True):
    """The registry of clients."""

    store: ClientStore
    lineages: AgencyLineages
    # Whether the provider is on this machine alone.
    local: bool = False
    read: Permission = Permission.CLIENTS_READ

    async def find(self, object_id: str) -> ClientSubject | None:
        """Return one client as it is stored now."""
        client = await self.store.find(ClientId(object_id))
        return ClientSubject(client, self.store, self.lineages, self.local) if client else None

    async def of(self, change: Change) -> ClientSubject | None:
        """Return the client that a change is about."""
        return await self.find(change.object_id)


def _wanted(change: Change, subject: ClientSubject, after: Document, now: datetime) -> Client:
    client = subject.client
    if change.kind is ChangeKind.ENABLE:
        if client.active:
            raise ConflictError("the client works")
        return replace(client, disabled_at=None, updated_at=now)
    return read_change(client, metadata_of(after), now, local=subject.local)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
