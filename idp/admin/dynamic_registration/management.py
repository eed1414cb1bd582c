"""The client configuration endpoint (RFC 7592 2): read, change, delete, by the registration access token alone."""

from datetime import datetime

from msgspec import Struct

from clients.client_secret import verify_secret
from clients.document import Document
from clients.local_days import day_of
from clients.model import Client, ClientId
from clients.ports import ClientStore
from clients.public_digest import public_digest
from idp.admin.clients.effects import ReplaceClient
from idp.admin.clients.field_rules import changed_members
from idp.admin.dynamic_registration.effects import CountManagementAttempt, EndRegistration, KeepStatement
from idp.admin.dynamic_registration.endpoint import RegistrationDesk
from idp.admin.dynamic_registration.events import changed_event, deleted_event
from idp.admin.dynamic_registration.model import MOST_TRIES, TRIES_WITHIN, Registration
from idp.audit.model import Origin
from idp.kernel.errors import TooManyError
from idp.protocol.answers import NO_STORE, Answer
from idp.protocol.dynamic_registration.answer import Registered, information
from idp.protocol.dynamic_registration.client import Registrant, changed_client
from idp.protocol.dynamic_registration.errors import RegistrationError, unknown_token
from idp.protocol.dynamic_registration.request import read_request
from idp.protocol.errors import INSUFFICIENT_SCOPE, INVALID_CLIENT_METADATA
from records.structs import Unprinted, replace

_CHANGED_MEANWHILE = INVALID_CLIENT_METADATA.because("The client was changed at the same time: read it again.")
_ANOTHER_SECRET = INVALID_CLIENT_METADATA.because("client_secret is not the client's, and a client chooses none.")
_IN_PRODUCTION = INSUFFICIENT_SCOPE.because("The client is in production: two people of its agency change it.")


class Managed(Unprinted, Struct, frozen=True):
    """A client whose registration access token was shown, and the token itself."""

    registration: Registration
    client: Client
    token: str


class Managing(Unprinted, Struct, frozen=True):
    """Manages clients that registered themselves."""

    desk: RegistrationDesk
    store: ClientStore

    async def admit(self, client_id: ClientId, shown: str) -> Managed:
        """Return the client that a token manages. Raises `RegistrationError`: the same for every token that does not.

        RFC 7592 2: a client that is not there answers as a wrong token does, and so does one that was stopped.
        """
        desk, now = self.desk, self.desk.clock.now()
        token_hash = desk.secrets.managing_hash(shown)
        registration = await desk.reader.registration(token_hash) if token_hash is not None else None
        if registration is None or registration.client_id != client_id:
            raise unknown_token()
        client = await self.store.find(client_id)
        if client is None or not client.active:
            raise unknown_token()
        tried = CountManagementAttempt(client_id=client_id, now=now, since=now - TRIES_WITHIN, most=MOST_TRIES)
        if not await desk.ledger.commit(tried):
            raise TooManyError("registration access token", retry_after=TRIES_WITHIN)
        return Managed(registration, client, shown)

    def read(self, managed: Managed) -> Answer:
        """Return the client as it is (RFC 7592 2.1). Its secret is kept as a hash and cannot be told again."""
        return self._answer(managed, managed.client, None, managed.registration.statement)

    async def change(self, managed: Managed, body: bytes, origin: Origin) -> Answer:
        """Make the client what a request says, whole (RFC 7592 2.2). Raises `RegistrationError`."""
        desk, now, known = self.desk, self.desk.clock.now(), managed.client
        _demand_sandbox(known)
        document = self._without_secret(read_request(body), known, now)
        registration = managed.registration
        policy, agency = registration.token.policy, known.agency or registration.token.agency
        lineage = await desk.lineages.lineage(agency, day_of(now))
        statement, signed = await desk.statements.asserted(document, registration.statement, policy, lineage, now)
        wanted = changed_client(Registrant(policy, agency), known, document, signed, now)
        await desk.demand_known(wanted, now)
        wanted, pictures = await desk.addresses.checked(wanted, known, now)
        wanted, secret = desk.with_secret(wanted, now)
        members = changed_members(known, wanted)
        if members or secret is not None or statement != registration.statement:
            written = (
                ReplaceClient(client=wanted, expected_version=known.version),
                KeepStatement(client_id=known.client_id, statement=statement),
                *pictures,
                changed_event(wanted, members, origin, now, public_digest(wanted)),
            )
            if not await desk.ledger.commit(*written):
                raise RegistrationError(_CHANGED_MEANWHILE)
        return self._answer(managed, wanted, secret, statement)

    async def delete(self, managed: Managed, origin: Origin) -> Answer:
        """End the client and its token (RFC 7592 2.3): within a second no server does anything for it."""
        now, known = self.desk.clock.now(), managed.client
        _demand_sandbox(known)
        stopped = replace(known, disabled_at=now, updated_at=now)
        written = (
            ReplaceClient(client=stopped, expected_version=known.version),
            EndRegistration(client_id=known.client_id),
            deleted_event(stopped, origin, now, public_digest(stopped)),
        )
        if not await self.desk.ledger.commit(*written):
            raise RegistrationError(_CHANGED_MEANWHILE)
        return Answer(204, None, NO_STORE)

    def _without_secret(self, document: Document, known: Client, now: datetime) -> Document:
        """Return a request without its secret: a client shows the one that it has (RFC 7592 2.2), and chooses none."""
        shown = document.get("client_secret")
        if shown is None:
            return document
        if not isinstance(shown, str) or not verify_secret(known.secrets, shown, self.desk.pepper, now):
            raise RegistrationError(_ANOTHER_SECRET)
        return {name: value for name, value in document.items() if name != "client_secret"}

    def _answer(self, managed: Managed, client: Client, secret: str | None, statement: str | None) -> Answer:
        address = self.desk.address_of(client.client_id)
        registered = Registered(client=client, address=address, token=managed.token, secret=secret, statement=statement)
        return information(registered, 200)


def _demand_sandbox(client: Client) -> None:
    if client.stage != "sandbox":
        raise RegistrationError(_IN_PRODUCTION)
