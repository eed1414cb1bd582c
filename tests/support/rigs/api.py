"""The administration API over plain ports: one administrator, their token, and a table of operations of the tests."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import httpx2
import msgspec
from starlette.types import ASGIApp, Scope

from clients.errors import Problem
from clients.model import Client, ClientId
from clients.registry import ClientRegistry
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.admin.administrators.second_person import SecondPerson
from idp.admin.administrators.service import Administrators
from idp.admin.agencies.register import AgencyRegister
from idp.admin.agencies.service import Agencies
from idp.admin.audit.administration import AuditAdministration
from idp.admin.audit.chain import AuditChain
from idp.admin.audit.log import AuditLog
from idp.admin.changes.approvals import Approvals
from idp.admin.changes.model import Change, ObjectKind
from idp.admin.clients.directory import ClientDirectory
from idp.admin.clients.key_set import KeySetCheck
from idp.admin.clients.logo import LogoFetch
from idp.admin.clients.registrations import ClientRegistrations
from idp.admin.clients.sector_document import SectorCheck
from idp.admin.clients.subject import ClientSubjects
from idp.admin.dynamic_registration.secrets import RegistrationSecrets
from idp.admin.dynamic_registration.tokens import RegistrationTokens
from idp.admin.errors import ConflictError, InvalidInputError, NotFoundError, StaleVersionError
from idp.admin.metrics.service import SignInMetrics
from idp.admin.permissions import Permission
from idp.admin.settings.service import SettingChanges
from idp.admin.settings.subject import SettingSubjects
from idp.audit.checkpoints import SealingPolicy
from idp.audit.model import RecordEvent
from idp.grants.model import Grant, GrantLife, GrantState
from idp.kernel.effects import Effect
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.ids import AccountId, ChangeId, GrantId, PersonId, RoleGrantId
from idp.kernel.secrets import HashKey
from idp.oauth.proof_uses import ProofUses
from idp.oauth.shown_tokens import ShownTokens
from idp.officers.model import AssistedFiling, Officer
from idp.officers.roles import NATIONAL, Role, RoleGrant
from idp.protocol.tokens.issued import issue_access_token
from idp.settings.live import LiveSettings
from idp.web.admin_api.access import Access
from idp.web.admin_api.answers import ProblemAnswers
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.idempotency import IdempotencyStore
from idp.web.admin_api.operation import Call, Nothing, Operation, Reply, operation
from idp.web.admin_api.paging import PageQuery, cursor_of, position_of
from idp.web.admin_api.problems import Code
from idp.web.admin_api.routes import admin_api_rows
from idp.web.http.edge import Edge
from idp.web.http.router import Router
from records.structs import replace
from tests.support.builders.protocol import CLIENT, GRANT, ISSUER, NOW, PROVIDER, STATE
from tests.support.plain.administrators import NoAccounts, NoAdministrators, NoTies
from tests.support.plain.agencies import PlainTree
from tests.support.plain.audit import PlainAudit, PlainChain, no_seal
from tests.support.plain.checks import NoService, plain_doctor
from tests.support.plain.infrastructure import plain_infrastructure
from tests.support.plain.metrics import PlainMetrics
from tests.support.plain.people import NoPeople, NoRecoveries, people_of
from tests.support.plain.registrations import NoRegistrations
from tests.support.plain.settings import PlainSettings
from tests.support.plain.trials import plain_trials
from tests.support.running.client_store import MemoryClientStore

THINGS = "/admin/api/v1/things"
CONSOLE = replace(
    CLIENT,
    client_id=ClientId("console"),
    scope=("openid", "admin:read", "admin:write"),
    governed_claims=("admin:read", "admin:write"),
    account_kinds=("officer",),
)
OFFICER = Officer(
    GRANT.person_id, GRANT.account_id, "H55", "Quản trị", "CB-001", NOW - timedelta(1), NOW + timedelta(1), "test", NOW
)
OFFICERS_GRANT = replace(
    GRANT,
    client_id=ClientId("console"),
    scope=("openid", "admin:read", "admin:write"),
    auth_time=NOW - timedelta(minutes=5),
    acr="loa3",
    amr=("otp", "pwd", "mfa"),
)


@dataclass(slots=True)
class StandingClock:
    """A clock that a test sets."""

    at: datetime = NOW

    def now(self) -> datetime:
        """Return the set time."""
        return self.at


@dataclass(slots=True)
class PlainGrants:
    """Grants in memory. Implements `GrantReader`."""

    states: dict[str, GrantState] = field(default_factory=dict)

    async def state(self, grant_id: GrantId, jti: str, now: datetime) -> GrantState | None:
        """Return a grant as it stands."""
        return self.states.get(grant_id)

    async def life(self, grant_id: GrantId, jti: str, now: datetime) -> GrantLife | None:
        """Say whether it stands."""
        state = self.states.get(grant_id)
        return None if state is None else GrantLife(state.alive, state.token_revoked, state.grant.client_id)

    async def token_revoked(self, jti: str) -> bool:
        """Say whether a client's own token was revoked: none was."""
        return False


class PlainChanges:
    """No changes. Implements `ChangeReader`."""

    async def find(self, change_id: ChangeId) -> Change | None:
        """Return no change."""
        return None

    async def waiting(
        self,
        kinds: Collection[ObjectKind],
        agencies: Sequence[str] | None,
        now: datetime,
        after_id: str,
        limit: int,
    ) -> Sequence[Change]:
        """Nothing waits."""
        return []

    async def of_object(self, kind: ObjectKind, object_id: str, before_id: str, limit: int) -> Sequence[Change]:
        """Nothing was changed."""
        return []


@dataclass(slots=True)
class PlainOfficers:
    """One officer or none. Implements `OfficerReader`."""

    officer: Officer | None = OFFICER

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> Officer | None:
        """Return the officer of the account."""
        one = self.officer
        return one if one and (one.person_id, one.account_id) == (person_id, account_id) else None

    async def by_code(self, officer_code: str) -> Officer | None:
        """Return the officer with this code."""
        return self.officer if self.officer and self.officer.code == officer_code else None

    async def by_name(self, name_index: bytes) -> Officer | None:
        """Nobody is asked for by name."""
        return None

    async def of_agency(self, agency: str, after_id: str, limit: int) -> Sequence[Officer]:
        """Return the officer."""
        return [self.officer] if self.officer else []

    async def over(self, now: datetime, limit: int) -> Sequence[Officer]:
        """Nobody's time is over."""
        return []

    async def assisted(self, account_id: AccountId, since: datetime, limit: int) -> Sequence[AssistedFiling]:
        """Nobody was assisted."""
        return []

    async def enrolling(self, name_index: bytes, enrolment_hash: bytes, now: datetime) -> Officer | None:
        """Nobody enrols."""
        return None


@dataclass(slots=True)
class PlainRoles:
    """Roles in memory. Implements `RoleReader`."""

    grants: tuple[RoleGrant, ...] = ()

    async def held(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Sequence[RoleGrant]:
        """Return the roles that stand."""
        return [one for one in self.grants if one.stands(now)]


class Tree:
    """H55 with H55.1 below it. Implements `AgencyLineages`."""

    async def lineage(self, code: str, day: date) -> tuple[str, ...]:
        """Return the agency and what is above it."""
        return (code, *(("H55",) if code.startswith("H55.") else ()))

    async def subtree(self, code: str, day: date) -> Sequence[str]:
        """Return the agency and what is below it."""
        return (code, "H55.1") if code == "H55" else (code,)


@dataclass(slots=True)
class PlainLedger:
    """Remembers what was written. Implements `Ledger`."""

    written: list[Effect] = field(default_factory=list)

    async def commit(self, *effects: Effect) -> bool:
        """Remember the effects."""
        self.written += effects
        return True

    def enqueue(self, *effects: Effect) -> None:
        """Remember the effects."""
        self.written += effects

    @property
    def events(self) -> list[RecordEvent]:
        """Return the events."""
        return [effect for effect in self.written if isinstance(effect, RecordEvent)]


class NewThing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A thing to be made."""

    name: str
    size: int
    tags: list[str] = []


class Thing(msgspec.Struct, frozen=True):
    """A thing."""

    name: str
    size: int


class ThingPage(msgspec.Struct, frozen=True):
    """A page of names."""

    items: list[str]
    next: str | None


@dataclass(slots=True)
class Things:
    """What the operations of the tests work on."""

    made: list[str] = field(default_factory=list)
    version: int = 1
    fails: Exception | None = None

    async def make(self, _parts: AdminApiDependencies, call: Call[Nothing, NewThing]) -> Reply:
        """Make a thing; refuse two of one name."""
        if self.fails is not None:
            raise self.fails
        if call.body.name in self.made:
            raise ConflictError("name")
        if call.body.size < 0:
            raise InvalidInputError([Problem("size", "size", "too small", "more"), Problem("name", "x", "y", "z")])
        self.made.append(call.body.name)
        return Reply(Thing(call.body.name, len(self.made)), version="1", location=f"/things/{call.body.name}")

    async def show(self, _parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
        """Return a thing."""
        if call.path["name"] not in self.made:
            raise NotFoundError(call.path["name"])
        return Reply(Thing(call.path["name"], 1), version=str(self.version))

    async def change(self, _parts: AdminApiDependencies, call: Call[Nothing, NewThing]) -> Reply:
        """Change a thing if nobody else did."""
        if call.version != str(self.version):
            raise StaleVersionError(call.version)
        self.version += 1
        return Reply(Thing(call.body.name, call.body.size), version=str(self.version))

    async def page(self, _parts: AdminApiDependencies, call: Call[PageQuery, Nothing]) -> Reply:
        """Return a page of names."""
        position = position_of(call.query.after)
        rest = sorted(name for name in self.made if position is None or name > position[0])
        shown = rest[: call.query.limit]
        return Reply(ThingPage(shown, cursor_of(shown[-1]) if len(rest) > len(shown) else None))

    async def remove(self, _parts: AdminApiDependencies, _call: Call[Nothing, Nothing]) -> Reply:
        """Fail as the rig says."""
        raise self.fails or TemporarilyUnavailableError("away")

    def operations(self) -> tuple[Operation, ...]:
        """Return the table of the tests: one of each kind of operation."""
        reading, changing = Permission.CLIENTS_READ, Permission.CLIENTS_CHANGE
        one = f"{THINGS.removeprefix('/admin/api/v1')}/{{name}}"
        return (
            operation("GET", "/things", "list_things", self.page, summary="List.", permission=reading,
                      scope="admin:read", query=PageQuery, body=Nothing, answer=ThingPage),
            operation("POST", "/things", "make_thing", self.make, summary="Make.", permission=changing,
                      scope="admin:write", query=Nothing, body=NewThing, answer=Thing, status=201,
                      codes=(Code.CONFLICT,)),
            operation("GET", one, "show_thing", self.show, summary="Show.", permission=reading,
                      scope="admin:read", query=Nothing, body=Nothing, answer=Thing, codes=(Code.NOT_FOUND,)),
            operation("PUT", one, "change_thing", self.change, summary="Change.", permission=changing,
                      scope="admin:write", query=Nothing, body=NewThing, answer=Thing, conditional=True),
            operation("DELETE", one, "remove_thing", self.remove, summary="Remove.", permission=Permission.CLIENTS_STOP,
                      scope="admin:write", query=Nothing, body=Nothing, answer=Nothing),
        )  # fmt: skip


@dataclass(slots=True)
class ApiRig:
    """The API with everything that a test may change about who asks."""

    clock: StandingClock = field(default_factory=StandingClock)
    grants: PlainGrants = field(default_factory=PlainGrants)
    officers: PlainOfficers = field(default_factory=PlainOfficers)
    roles: PlainRoles = field(default_factory=PlainRoles)
    ledger: PlainLedger = field(default_factory=PlainLedger)
    things: Things = field(default_factory=Things)
    client: Client = CONSOLE
    metrics: PlainMetrics = field(default_factory=PlainMetrics)

    def __post_init__(self) -> None:
        self.hold(Role.NATIONAL_OPERATOR)

    def hold(self, *roles: Role, agency: str = NATIONAL) -> None:
        """Let the administrator hold these roles and no others."""
        account = (OFFICER.person_id, OFFICER.account_id)
        span = (NOW - timedelta(1), NOW - timedelta(1), NOW + timedelta(1))
        self.roles.grants = tuple(
            RoleGrant(RoleGrantId(role), *account, role, agency, "operator", *span, approves_from=span[0])
            for role in roles
        )

    def token(self, grant: Grant = OFFICERS_GRANT, *, client: Client | None = None) -> str:
        """Return an access token of a grant, which is put among those that stand."""
        self.grants.states[grant.id] = replace(STATE, grant=grant)
        return issue_access_token(PROVIDER, client or self.client, grant.scope, self.clock.at, grant).text

    async def app(self, operations: tuple[Operation, ...] | None = None) -> Edge:
        """Return the API as an application."""
        store, registry = MemoryClientStore(), ClientRegistry()
        await store.save(self.client, expected_version=None)
        await registry.refresh(store)
        tokens = ShownTokens(PROVIDER, registry, self.grants, ProofUses(MemoryShortLivedStore(self.clock)))
        keys, logos, sectors = KeySetCheck(NoService()), LogoFetch(NoService()), SectorCheck(NoService())
        registrations = ClientRegistrations(store, self.ledger, Tree(), self.clock, b"pepper", keys, logos, sectors)
        problems, no_tree = ProblemAnswers(ISSUER), PlainTree()
        nobody = Administrators(NoAdministrators(), Tree(), NoAccounts(), self.ledger, PROVIDER.sealer, self.clock)
        parts = AdminApiDependencies(
            issuer=ISSUER,
            clock=self.clock,
            ledger=self.ledger,
            access=Access(tokens, self.officers, self.roles),
            answers=IdempotencyStore(MemoryShortLivedStore(self.clock), PROVIDER.sealer, HashKey(b"i" * 32)),
            clients=ClientDirectory(registry, store, Tree()),
            registrations=registrations,
            registration_tokens=RegistrationTokens(
                NoRegistrations(),
                self.ledger,
                Tree(),
                self.clock,
                RegistrationSecrets(HashKey(b"t" * 32), HashKey(b"m" * 32)),
            ),
            trials=plain_trials(registrations, self.roles),
            approvals=Approvals(
                PlainChanges(),
                {ObjectKind.CLIENT: ClientSubjects(store, Tree())},
                self.ledger,
                Tree(),
                NoTies(),
                self.clock,
            ),
            settings=SettingChanges(SettingSubjects(PlainSettings(), LiveSettings().all), self.ledger, self.clock),
            doctor=plain_doctor(registrations, registry, self.ledger, self.clock),
            metrics=SignInMetrics(registry, Tree(), self.metrics),
            audit=AuditAdministration(
                AuditLog(PlainAudit(), store, Tree(), self.ledger, self.clock),
                AuditChain(PlainChain(), no_seal, SealingPolicy(), self.clock),
            ),
            infrastructure=plain_infrastructure(self.clock, PlainChanges(), self.ledger),
            people=people_of(NoPeople(), self.ledger, self.clock),
            recovery=NoRecoveries(),
            administrators=nobody,
            second_person=SecondPerson(nobody, NoTies()),
            agencies=Agencies(no_tree, AgencyRegister(no_tree, self.ledger, self.clock), self.clock),
        )
        table = self.things.operations() if operations is None else operations
        board = Router(admin_api_rows(parts, problems, table))

        async def answer_error(scope: Scope, error: Exception) -> ASGIApp:
            return problems.answer(scope, error)

        return Edge(board, secure=True, answer_error=answer_error)

    async def open(self) -> httpx2.AsyncClient:
        """Return a client program that shows the administrator's token."""
        transport = httpx2.ASGITransport(await self.app())
        headers = {"Authorization": f"Bearer {self.token()}"}
        return httpx2.AsyncClient(transport=transport, base_url=ISSUER, headers=headers)
