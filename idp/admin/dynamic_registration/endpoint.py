"""The client registration endpoint (RFC 7591 3, OIDC Registration 3): first the token, then the document."""

from datetime import datetime

from msgspec import Struct

from clients.client_secret import new_client_secret, usable_secrets
from clients.local_days import day_of
from clients.model import SECRET_METHODS, Client, ClientId
from clients.public_digest import public_digest
from idp.admin.clients.effects import RegisterClient
from idp.admin.clients.officer_agencies import officer_agency_problems
from idp.admin.clients.provider_rules import provider_problems
from idp.admin.dynamic_registration.addresses import AddressChecks
from idp.admin.dynamic_registration.effects import CountTokenAttempt, KeepRegistration, UseInitialToken
from idp.admin.dynamic_registration.events import registered_event
from idp.admin.dynamic_registration.model import MOST_CLIENTS, MOST_TRIES, TRIES_WITHIN, InitialToken
from idp.admin.dynamic_registration.ports import RegistrationReader
from idp.admin.dynamic_registration.secrets import RegistrationSecrets
from idp.admin.dynamic_registration.statements import Statements
from idp.agencies.ports import AgencyLineages
from idp.audit.model import Origin
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.errors import TooManyError
from idp.kernel.ids import new_id
from idp.protocol.answers import Answer
from idp.protocol.dynamic_registration.answer import Registered, information
from idp.protocol.dynamic_registration.client import Registrant, new_client
from idp.protocol.dynamic_registration.errors import RegistrationError, refused, unknown_token
from idp.protocol.dynamic_registration.request import read_request
from idp.protocol.errors import INSUFFICIENT_SCOPE
from records.structs import Unprinted, replace

# A client that registered itself is known by its id.
PREFIX = "dyn-"


class RegistrationDesk(Unprinted, Struct, frozen=True):
    """What registering and managing share."""

    # Where the endpoint is: a client's own address is below it.
    address: str
    reader: RegistrationReader
    ledger: Ledger
    lineages: AgencyLineages
    clock: Clock
    secrets: RegistrationSecrets
    statements: Statements
    addresses: AddressChecks
    pepper: bytes

    def address_of(self, client_id: ClientId) -> str:
        """Return the client configuration endpoint (RFC 7592 2)."""
        return f"{self.address}/{client_id}"

    def with_secret(self, client: Client, now: datetime) -> tuple[Client, str | None]:
        """Return a client with a secret, and that secret, if its method uses one and it has none that works."""
        if client.token_endpoint_auth_method not in SECRET_METHODS:
            return replace(client, secrets=()), None
        if usable_secrets(client, now):
            return client, None
        secret, kept = new_client_secret(client.token_endpoint_auth_method, self.pepper, now)
        return replace(client, secrets=(kept,)), secret

    async def demand_known(self, client: Client, now: datetime) -> None:
        """Return if everything that a client names is known here. Raises `RegistrationError`."""
        problems = [*provider_problems(client)]
        problems += await officer_agency_problems(self.lineages, client, day_of(now))
        if problems:
            raise refused(problems)


class Registering(Unprinted, Struct, frozen=True):
    """Registers clients."""

    desk: RegistrationDesk

    async def admit(self, shown: str) -> InitialToken:
        """Return the initial access token that is shown, counted as tried. Raises `RegistrationError`."""
        desk, now = self.desk, self.desk.clock.now()
        token_hash = desk.secrets.initial_hash(shown)
        token = await desk.reader.token(token_hash) if token_hash is not None else None
        if token is None or not token.usable(now) or not await desk.lineages.lineage(token.agency, day_of(now)):
            raise unknown_token()
        tried = CountTokenAttempt(token_id=token.id, now=now, since=now - TRIES_WITHIN, most=MOST_TRIES)
        if not await desk.ledger.commit(tried):
            raise TooManyError("initial access token", retry_after=TRIES_WITHIN)
        return token

    async def register(self, token: InitialToken, body: bytes, origin: Origin) -> Answer:
        """Return the answer to an admitted request: 201 with the client. Raises `RegistrationError`."""
        desk, now = self.desk, self.desk.clock.now()
        document = read_request(body)
        lineage = await desk.lineages.lineage(token.agency, day_of(now))
        statement, signed = await desk.statements.asserted(document, None, token.policy, lineage, now)
        client_id = ClientId(PREFIX + new_id())
        client = new_client(Registrant(token.policy, token.agency), client_id, document, signed, now)
        await desk.demand_known(client, now)
        client, pictures = await desk.addresses.checked(client, None, now)
        client, secret = desk.with_secret(client, now)
        managing, managing_hash = desk.secrets.new_managing()
        kept = _kept(client_id, managing_hash, token, statement, now)
        used = UseInitialToken(token_id=token.id, now=now)
        event = registered_event(client, token, origin, now, public_digest(client))
        # The registry's counter first: its lock orders all that register (docs/architecture.md, the order of locks).
        if not await desk.ledger.commit(RegisterClient(client=client), used, kept, *pictures, event):
            raise await self._too_late(token, now)
        registered = Registered(
            client=client, address=desk.address_of(client_id), token=managing, secret=secret, statement=statement
        )
        return information(registered, 201)

    async def _too_late(self, token: InitialToken, now: datetime) -> RegistrationError:
        """Return why nothing was written: somebody else took the last use, or the agency has enough."""
        latest = await self.desk.reader.token_by_id(token.id)
        if latest is None or not latest.usable(now):
            return unknown_token()
        too_many = "The agency has as many registered clients as it may."
        return RegistrationError(INSUFFICIENT_SCOPE.because(too_many))


def _kept(
    client_id: ClientId, managing_hash: bytes, token: InitialToken, statement: str | None, now: datetime
) -> KeepRegistration:
    return KeepRegistration(
        client_id=client_id,
        token_hash=managing_hash,
        token_id=token.id,
        agency=token.agency,
        statement=statement,
        registered_at=now,
        most=MOST_CLIENTS,
    )
