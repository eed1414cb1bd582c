"""Administrators at work on a store: who they are, and the use cases they call."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from clients.document import Document, document_of
from clients.model import Client, ClientId
from clients.templates import TEMPLATES
from idp.account.model import SealedValue
from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.agencies.register import AgencyRegister
from idp.admin.agencies.service import Agencies
from idp.admin.agencies.subject import AgencySubjects
from idp.admin.changes.approvals import Approvals
from idp.admin.changes.model import Change, ObjectKind
from idp.admin.changes.subjects import Subjects
from idp.admin.clients.key_set import KeySetCheck
from idp.admin.clients.logo import LogoFetch
from idp.admin.clients.registrations import ClientRegistrations
from idp.admin.clients.sector_document import SectorCheck
from idp.admin.clients.subject import ClientSubjects
from idp.admin.settings.service import SettingChanges
from idp.admin.settings.subject import SettingSubjects
from idp.audit.model import Origin
from idp.kernel.ids import AccountId, PersonId, RoleGrantId
from idp.officers.model import IssueOfficer, Officer, account_of
from idp.officers.roles import NATIONAL, GrantRole, Role, RoleGrant
from idp.outbound.http import HttpCaller
from idp.settings.live import LiveSettings
from tests.support.plain.agencies import PlainAgencies
from tests.support.plain.checks import NoService
from tests.support.running.sql_stores import NOW, digest, sealed

PEPPER = b"pepper of the tests"
HOST = "https://dichvucong.langson.gov.vn"


@dataclass(slots=True)
class StepClock:
    """A clock that a test moves."""

    time: datetime = NOW

    def now(self) -> datetime:
        """Return the time."""
        return self.time

    def later(self, by: timedelta) -> None:
        """Move it."""
        self.time += by


def administrator(name: str, role: Role, agency: str = NATIONAL, *, fresh: bool = True) -> Actor:
    """Return somebody who holds one role; the name stands for the account."""
    account_id = PersonId(name.ljust(26, "0"))
    ends_at = NOW + timedelta(days=3650)
    grant = RoleGrant(
        RoleGrantId("grant"),
        account_id,
        AccountId(account_id),
        role,
        agency,
        "operator",
        NOW,
        NOW,
        ends_at,
        approves_from=NOW,
    )
    return Actor(
        account_id, AccountId(account_id), agency or "G22", f"{name}-CODE", (grant,), fresh, Origin("correlation")
    )


DEVELOPER = administrator("developer", Role.CLIENT_DEVELOPER, "H37")
AGENCY = administrator("agency", Role.AGENCY_ADMINISTRATOR, "H37")
COLLEAGUE = administrator("colleague", Role.AGENCY_ADMINISTRATOR, "H37")
OTHER_AGENCY = administrator("other", Role.AGENCY_ADMINISTRATOR, "H26")
COMMUNE = administrator("commune", Role.AGENCY_ADMINISTRATOR, "H37.12")
OPERATOR = administrator("operator", Role.NATIONAL_OPERATOR)
SECOND_OPERATOR = administrator("second", Role.NATIONAL_OPERATOR)
AUDITOR = administrator("auditor", Role.AUDITOR)
SUPPORT = administrator("support", Role.SUPPORT)


def portal(**members: object) -> Document:
    """Return what registers a portal of H37, with `members` in place of or beside its own."""
    return {
        **TEMPLATES["web_portal"].members,
        "client_id": "portal",
        "client_name": "Cổng dịch vụ công Lạng Sơn",
        "redirect_uris": [f"{HOST}/callback"],
        "agency": "H37",
        "legal_basis": {"profile": "NĐ 224/2026/NĐ-CP"},
        **members,
    }


EVERYBODY = (
    DEVELOPER, AGENCY, COLLEAGUE, OTHER_AGENCY, COMMUNE, OPERATOR, SECOND_OPERATOR, AUDITOR, SUPPORT,
)  # fmt: skip


async def appoint(database: Database, *actors: Actor) -> None:
    """Write administrators with their roles: nobody decides anything who does not hold them in the store."""
    for actor in actors:
        term = NOW - timedelta(days=1), NOW + timedelta(days=3650)
        officer = Officer(
            actor.person_id, actor.account_id, actor.agency, "post", actor.officer_code, *term, "test", NOW
        )
        name = SealedValue(digest(actor.account_id), sealed(actor.account_id))
        enrolment = digest(f"enrolment {actor.account_id}")
        issuing = IssueOfficer(
            account=account_of(officer, "vi"),
            officer=officer,
            name=name,
            profile_sealed=sealed("profile"),
            enrolment_hash=enrolment,
            enrolment_ends_at=NOW,
        )
        # There already where rigs share a store.
        if await database.ledger.commit(issuing):
            assert await database.ledger.commit(*(GrantRole(grant=grant) for grant in actor.grants))


PORTAL = ClientId("portal")


@dataclass(slots=True)
class AdminRig:
    """The use cases over one store."""

    database: Database
    clock: StepClock = field(default_factory=StepClock)
    client_id: ClientId = PORTAL
    # What key sets are fetched by.
    line: HttpCaller = field(default_factory=NoService)
    # From when on whose account carries no number decides nothing.
    numbered_from: datetime | None = None

    @classmethod
    async def appointed(cls, database: Database, *more: Actor, client_id: ClientId = ClientId("portal")) -> "AdminRig":
        """Return a rig over a store that knows its administrators, and these besides."""
        await appoint(database, *EVERYBODY, *more)
        return cls(database, client_id=client_id)

    @property
    def clients(self) -> ClientRegistrations:
        """Return what changes clients."""
        database, keys, logos = self.database, KeySetCheck(self.line), LogoFetch(self.line)
        lines, sectors = PlainAgencies(), SectorCheck(self.line)
        return ClientRegistrations(database.clients, database.ledger, lines, self.clock, PEPPER, keys, logos, sectors)

    @property
    def approvals(self) -> Approvals:
        """Return what decides changes."""
        database = self.database
        subjects: dict[ObjectKind, Subjects] = {
            ObjectKind.CLIENT: ClientSubjects(database.clients, PlainAgencies()),
            ObjectKind.SETTING: self.settings.subjects,
            ObjectKind.AGENCY: AgencySubjects(database.agencies),
        }
        return Approvals(
            database.changes,
            subjects,
            database.ledger,
            PlainAgencies(),
            database.ties,
            self.clock,
            numbered_from=self.numbered_from,
        )

    @property
    def agencies(self) -> Agencies:
        """Return what shows and changes agencies."""
        reader = self.database.agencies
        return Agencies(reader, AgencyRegister(reader, self.database.ledger, self.clock), self.clock)

    @property
    def settings(self) -> SettingChanges:
        """Return what changes national settings."""
        subjects = SettingSubjects(self.database.settings, LiveSettings().all)
        return SettingChanges(subjects, self.database.ledger, self.clock)

    async def stored(self) -> Client:
        """Return the portal as it is stored."""
        found = await self.database.clients.find(self.client_id)
        assert found is not None
        return found

    async def document(self, **members: object) -> Document:
        """Return the portal's document with other members."""
        return {**document_of(await self.stored()), **members}

    async def change(self, actor: Actor, **members: object) -> Client | Change:
        """Change the portal as it stands."""
        version, document = (await self.stored()).version, await self.document(**members)
        return await self.clients.change(actor, self.client_id, version, document, "as the tests want it")

    async def proposed(self, actor: Actor, **members: object) -> Change:
        """Propose a change of the portal."""
        change = await self.change(actor, **members)
        assert isinstance(change, Change)
        return change

    async def in_production(self, **members: object) -> Client:
        """Return the portal, registered and approved for production."""
        await self.clients.register(DEVELOPER, portal(client_id=self.client_id, **members))
        change = await self.proposed(DEVELOPER, stage="production")
        await self.approvals.approve(SECOND_OPERATOR, change.id, change.digest)
        return await self.stored()

    async def events(self) -> list[str]:
        """Return the names of all events, in their order."""
        return [event.name.value for event in await self.database.audit_export("", 1000)]
