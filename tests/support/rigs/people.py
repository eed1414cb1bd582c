"""Support at work on a store: people with real seals, an officer of the country with a role, and the use cases."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import orjson

from idp.account.model import (
    EMAIL_PLACE,
    NUMBER_PLACE,
    PHONE_PLACE,
    PROFILE_PLACE,
    Account,
    AccountStatus,
    OpenAccount,
    ProofState,
    SealedValue,
)
from idp.account.people import AccountKey, PersonRecord
from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.people.acts import PeopleActs
from idp.admin.people.commands import LookupCommand
from idp.admin.people.service import People, Seen
from idp.audit.model import Origin, RecordEvent
from idp.factors.contacts.model import SetContact
from idp.kernel.ids import AccountId, PersonId, RoleGrantId, SessionId, new_id
from idp.officers.model import IssueOfficer, Officer, account_of
from idp.officers.roles import NATIONAL, GrantRole, Role, RoleGrant
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber
from tests.support.builders.protocol import PROVIDER
from tests.support.plain.people import INDEXES, people_of
from tests.support.rigs.admin import StepClock
from tests.support.running.sql_stores import NOW, digest, sealed

NUMBER: Final = "001899000001"
PHONE: Final = "+84912345678"
EMAIL: Final = "hoa@people.example"
NAME: Final = "Nguyễn Thị Hoà"
CASE: Final = "HT-2026-0042"


def command(by: str = "number", value: str = NUMBER, purpose: str = "sign_in_help", case: str = CASE) -> LookupCommand:
    """Return what somebody typed to find a person."""
    return LookupCommand(by, value, purpose, case)


class PlainDesk:
    """A desk that begins every recovery, and keeps for whom."""

    def __init__(self, *, full: bool = False) -> None:
        """Take whether enough were begun today."""
        self.full = full
        self.begun: list[tuple[str, str]] = []

    async def begin(self, number: PersonalNumber, phone: PhoneNumber) -> str | None:
        """Begin one."""
        if self.full:
            return None
        self.begun.append((number.digits, phone.e164))
        return "draft"


@dataclass(slots=True)
class PeopleRig:
    """The use cases over one store."""

    database: Database
    clock: StepClock
    people: People
    acts: PeopleActs

    @classmethod
    def over(cls, database: Database) -> "PeopleRig":
        """Compose them as the provider does, with a store in memory for what is short-lived."""
        clock = StepClock()
        acts = people_of(database.people, database.ledger, clock)
        return cls(database, clock, acts.people, acts)

    async def officer(self, role: Role = Role.SUPPORT, agency: str = NATIONAL, *, name: str = "g22.support") -> Actor:
        """Issue an administrator with one role."""
        far = NOW + timedelta(days=365)
        officer = Officer(
            PersonId(new_id()), AccountId(new_id()), "G22", "Hỗ trợ", f"G22-{name}", NOW, far, "operator", NOW
        )
        named = SealedValue(digest(name), sealed(name))
        grant = RoleGrant(
            RoleGrantId(new_id()),
            officer.person_id,
            officer.account_id,
            role,
            agency,
            "operator",
            NOW,
            NOW,
            far,
            approves_from=NOW,
        )
        issuing = IssueOfficer(
            account=account_of(officer, "vi"),
            officer=officer,
            name=named,
            profile_sealed=sealed("profile"),
            enrolment_hash=digest(name),
            enrolment_ends_at=far,
        )
        assert await self.database.ledger.commit(issuing, GrantRole(grant=grant))
        origin = Origin("correlation", "192.0.2.9", 443)
        return Actor(
            officer.person_id, officer.account_id, "G22", officer.code, (grant,), True, origin, SessionId(new_id())
        )

    async def citizen(self, number: str = NUMBER, phone: str = PHONE, email: str = "") -> Account:
        """Open an account."""
        account = Account(
            AccountId(new_id()), PersonId(new_id()), AccountStatus.OPEN, ProofState.PROVED, "vi", NOW, NOW
        )
        seal = PROVIDER.sealer.seal
        opening = OpenAccount(
            account=account,
            number=SealedValue(
                INDEXES.number.digest(number), seal(number.encode(), NUMBER_PLACE.of(account.person_id))
            ),
            phone=SealedValue(INDEXES.phone.digest(phone), seal(phone.encode(), PHONE_PLACE.of(account.person_id))),
            profile_sealed=seal(orjson.dumps({"name": NAME}), PROFILE_PLACE.of(account.person_id)),
            password_hash="$argon2id$placed-by-a-test",
        )
        assert await self.database.ledger.commit(opening)
        if email:
            value = SealedValue(INDEXES.email.digest(email), seal(email.encode(), EMAIL_PLACE.of(account.person_id)))
            contact = SetContact(
                account_id=account.id, person_id=account.person_id, kind="email", contact=value, confirmed_at=NOW
            )
            assert await self.database.ledger.commit(contact)
        return account

    async def lookup(self, actor: Actor, account: Account) -> Seen:
        """Find an account by its id."""
        return await self.people.find(actor, command("account", account.id))

    async def record(self, account: Account) -> PersonRecord:
        """Return an account as it stands."""
        found = await self.database.people.record(AccountKey(account.person_id, account.id), self.clock.now())
        assert found is not None
        return found

    async def events(self, prefix: str = "admin:person:") -> list[RecordEvent]:
        """Return the events whose names begin so, in their order."""
        return [one for one in await self.database.audit_export("", 1000) if one.name.startswith(prefix)]
