"""Clients that register themselves, over one store: tokens, endpoints, and a line to the servers that they name."""

from dataclasses import dataclass, field
from datetime import timedelta

import orjson

from clients.model import Client, ClientId
from idp.adapters.sql.database import Database
from idp.admin.clients.key_set import KeySetCheck
from idp.admin.clients.logo import LogoFetch
from idp.admin.clients.sector_document import SectorCheck
from idp.admin.dynamic_registration.addresses import AddressChecks
from idp.admin.dynamic_registration.endpoint import Registering, RegistrationDesk
from idp.admin.dynamic_registration.management import Managing
from idp.admin.dynamic_registration.secrets import RegistrationSecrets
from idp.admin.dynamic_registration.service import DynamicRegistration, ReadBody
from idp.admin.dynamic_registration.statements import Statements
from idp.admin.dynamic_registration.tokens import RegistrationTokens, TokenCommand
from idp.audit.client_refusals import RefusalTally
from idp.audit.model import Origin, RecordEvent
from idp.kernel.secrets import HashKey
from idp.outbound.http import EgressError, OutboundRequest, OutboundResponse
from idp.protocol.answers import Answer
from idp.protocol.dynamic_registration.policy import RegistrationPolicy
from tests.support.builders.protocol import ISSUER
from tests.support.plain.agencies import PlainAgencies
from tests.support.rigs.admin import AGENCY, PEPPER, StepClock

ORIGIN = Origin("correlation", "192.0.2.1")
HOST = "https://portal.example"
DOCUMENT: dict[str, object] = {"redirect_uris": [f"{HOST}/cb"], "client_name": "Portal"}
POLICY = RegistrationPolicy(hosts=("portal.example",))

_SECRETS = RegistrationSecrets(HashKey(b"i" * 32), HashKey(b"m" * 32))


@dataclass(slots=True)
class Servers:
    """The servers that clients name: each address answers as it is told to, others not at all."""

    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def call(self, request: OutboundRequest) -> OutboundResponse:
        """Return what an address answers."""
        self.asked.append(request.url)
        if request.url not in self.answers:
            raise EgressError("refused")
        status, body = self.answers[request.url]
        return OutboundResponse(status, body, "application/json")


@dataclass(slots=True)
class RegisteringRig:
    """The use cases over one store."""

    database: Database
    clock: StepClock = field(default_factory=StepClock)
    servers: Servers = field(default_factory=Servers)
    secrets: RegistrationSecrets = _SECRETS

    @property
    def tokens(self) -> RegistrationTokens:
        """Return what issues tokens."""
        database = self.database
        return RegistrationTokens(database.registrations, database.ledger, PlainAgencies(), self.clock, self.secrets)

    @property
    def service(self) -> DynamicRegistration:
        """Return the endpoints."""
        database, servers = self.database, self.servers
        desk = RegistrationDesk(
            address=f"{ISSUER}/client-registration",
            reader=database.registrations,
            ledger=database.ledger,
            lineages=PlainAgencies(),
            clock=self.clock,
            secrets=self.secrets,
            statements=Statements(database.registrations, ISSUER, timedelta(seconds=30)),
            addresses=AddressChecks(KeySetCheck(servers), LogoFetch(servers), SectorCheck(servers)),
            pepper=PEPPER,
        )
        return DynamicRegistration(Registering(desk), Managing(desk, database.clients), RefusalTally(database.ledger))

    async def issued(self, uses: int = 1, agency: str = "H37", policy: RegistrationPolicy = POLICY) -> str:
        """Return the secret of a token of an agency."""
        command = TokenCommand(agency=agency, label="tests", policy=policy, uses=uses, valid_for=timedelta(days=1))
        return (await self.tokens.issue(AGENCY, command)).secret

    async def register(self, token: str | None, **members: object) -> Answer:
        """Send a registration."""
        return await self.service.register(token, _body({**DOCUMENT, **members}), ORIGIN)

    async def registered(self, token: str | None = None, **members: object) -> dict[str, object]:
        """Return what a good registration is answered."""
        answer = await self.register(token or await self.issued(), **members)
        assert answer.status == 201, answer.body
        assert answer.body is not None
        return dict(answer.body)

    async def change(self, client: dict[str, object], **members: object) -> Answer:
        """Send a whole update of a registered client, with other members."""
        made_here = {"registration_client_uri", "registration_access_token", "client_id_issued_at"}
        kept = {name: value for name, value in client.items() if name not in {*made_here, "client_secret_expires_at"}}
        body, shown = _body({**kept, **members}), str(client["registration_access_token"])
        return await self.service.change(ClientId(str(client["client_id"])), shown, body, ORIGIN)

    async def read(self, client: dict[str, object]) -> Answer:
        """Read a registered client."""
        shown = str(client["registration_access_token"])
        return await self.service.read(ClientId(str(client["client_id"])), shown, ORIGIN)

    async def delete(self, client: dict[str, object]) -> Answer:
        """Delete a registered client."""
        shown = str(client["registration_access_token"])
        return await self.service.delete(ClientId(str(client["client_id"])), shown, ORIGIN)

    async def stored(self, client: dict[str, object]) -> Client:
        """Return it as it is stored."""
        found = await self.database.clients.find(ClientId(str(client["client_id"])))
        assert found is not None
        return found

    async def events(self) -> list[RecordEvent]:
        """Return all events, in their order."""
        await self.database.ledger.flush()
        return list(await self.database.audit_export("", 1000))


def _body(document: dict[str, object]) -> ReadBody:
    async def read() -> bytes:
        return orjson.dumps(document)

    return read
