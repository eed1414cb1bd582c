"""Administrators: seen, issued, given roles, and taken back, each by another administrator over the agency."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec import Struct

from clients.local_days import day_of
from idp.account.model import PROFILE_PLACE
from idp.admin.actor import Actor
from idp.admin.administrators.ports import OfficerIssuer
from idp.admin.administrators.posts import (
    NATIONAL_WORD,
    NewRole,
    PostCommand,
    Problems,
    RoleCommand,
    Rule,
    read_contact,
    read_last_day,
    read_post,
    read_role,
)
from idp.admin.administrators.rules import (
    Lineages,
    agencies_around,
    demand_account,
    demand_end,
    demand_grant,
    demand_other,
    demand_sight,
    givable_roles,
    lasting_grants,
    no_such_agency,
    seen_grants,
    withdrawal_reason,
)
from idp.admin.changes.independence import unconfirmed_until
from idp.admin.errors import AdminError, InvalidInputError, NotFoundError, NotPermittedError, TooLateError
from idp.admin.permissions import Permission, agencies_of, allows, allows_somewhere
from idp.agencies.ports import AgencyLineages
from idp.audit.model import EventName, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import AccountId, RoleGrantId, new_id
from idp.kernel.secrets import SealBrokenError, Sealer
from idp.officers.administrators import Administrator, AdministratorReader
from idp.officers.model import Officer
from idp.officers.posts import CONTACT_PLACE, OfficerContact
from idp.officers.roles import NATIONAL, GrantRole, RevokeRole, Role, RoleGrant
from records.structs import Unprinted, replace

PAGE_LENGTH = 50


class Seen(Unprinted, Struct, frozen=True):
    """An administrator as another may see them: the grants are those over agencies of theirs."""

    officer: Officer
    full_name: str
    sign_in_name: str
    grants: tuple[RoleGrant, ...]
    # It is the one who looks; and the account itself may be ended or set up anew by them.
    own: bool = False
    may_end: bool = False
    # Grants that may be taken back, by id; and roles that may be given over the account's agency.
    revocable: frozenset[str] = frozenset()
    givable: tuple[Role, ...] = ()
    # Where the enrolment code will go, for whoever may confirm it; "" where none waits.
    contact: str = ""

    @property
    def unconfirmed(self) -> tuple[RoleGrant, ...]:
        """Return the roles whose right to approve waits for a second administrator."""
        return tuple(grant for grant in self.grants if grant.unconfirmed)

    @property
    def digest(self) -> str:
        """Return what names everything that a second administrator confirms, so that it is what they read."""
        asked = self.officer.asked
        said = [
            self.officer.account_id,
            self.full_name,
            self.sign_in_name,
            self.officer.agency,
            self.officer.post,
            [asked.by, asked.at, self.contact] if asked else None,
            [[grant.id, grant.role, grant.agency, grant.approves_from, grant.revoked_at] for grant in self.grants],
        ]
        return sha256(msgspec.json.encode(said)).hexdigest()


class SeenPage(Struct, frozen=True):
    """Some administrators, and after which account id the next page begins; "" on the last."""

    entries: Sequence[Seen]
    after: str


class Administrators(Struct, frozen=True):
    """The use cases of administrators about each other."""

    reader: AdministratorReader
    lineages: AgencyLineages
    accounts: OfficerIssuer
    ledger: Ledger
    sealer: Sealer
    clock: Clock

    async def page(self, actor: Actor, after: str = "", limit: int = PAGE_LENGTH) -> SeenPage:
        """Return administrators who hold or held a role within the actor's agencies, by account."""
        agencies = agencies_of(actor.grants, Permission.ADMINISTRATORS_READ)
        if not agencies:
            raise NotPermittedError(Permission.ADMINISTRATORS_READ)
        within = None if NATIONAL in agencies else await self._below(agencies)
        found = await self.reader.page(within, after, limit + 1)
        shown = found[:limit]
        reached = None if within is None else frozenset(within)
        entries = [self._listed(actor, one, reached) for one in shown]
        return SeenPage(entries, shown[-1].officer.account_id if len(found) > limit else "")

    async def get(self, actor: Actor, account_id: AccountId) -> Seen:
        """Return one administrator with every grant that the actor may see, and what they may do."""
        administrator, lineages = await self._seen(actor, account_id)
        now, own = self.clock.now(), account_id == actor.account_id
        change = Permission.ADMINISTRATORS_CHANGE
        grants = seen_grants(actor, administrator, lineages)
        lasting = lasting_grants(grants, now)
        revocable = {grant.id for grant in lasting if allows(actor.grants, change, lineages[grant.agency])}
        own_lineage = lineages[administrator.officer.agency]
        may_end = not own and _may_end(actor, administrator, lineages, now)
        return Seen(
            administrator.officer,
            *self._names(administrator),
            grants,
            own=own,
            may_end=may_end,
            contact=self._contact(administrator.officer) if may_end else "",
            revocable=frozenset() if own or administrator.officer.withdrawn_at else frozenset(revocable),
            givable=() if own else givable_roles(actor, own_lineage) if own_lineage else (),
        )

    async def code_of(self, account_id: AccountId) -> str:
        """Return the code that an account is known by where acts are shown; itself for one that is no officer's."""
        found = await self.reader.by_account(account_id)
        return found.officer.code if found else account_id

    async def issue(self, actor: Actor, post_command: PostCommand, role_command: RoleCommand, contact: str) -> Officer:
        """Make an account with a role, in one transaction. Its enrolment code waits for a second administrator."""
        _demand_change_somewhere(actor)
        now = self.clock.now()
        post, role = read_post(post_command, actor.account_id, now), read_role(role_command)
        sent_to = read_contact(contact)
        lineages = await self._lineages({post.agency, role.agency})
        problems = Problems()
        if not lineages[post.agency] or not allows(
            actor.grants, Permission.ADMINISTRATORS_CHANGE, lineages[post.agency]
        ):
            no_such_agency(problems, "agency")
        problems.raise_any()
        demand_grant(actor, role, lineages[role.agency], known=_known(role.agency, lineages))
        actor.demand(Permission.ADMINISTRATORS_CHANGE, lineages[post.agency])
        event = _event(actor, EventName.ADMINISTRATOR_ISSUED, now, None, role)

        def then(officer: Officer) -> Sequence[Effect]:
            return (actor.still_holds(now), GrantRole(grant=_new_grant(actor, officer, role, now, post.ends_at)))

        issued = await self.accounts.propose(post, sent_to, event, then=then)
        if issued is None:
            problems.add("name", Rule.NAME_TAKEN, "the name or the code is taken", "choose another")
            raise InvalidInputError(problems.found)
        return issued

    async def grant(self, actor: Actor, account_id: AccountId, command: RoleCommand, until: str) -> None:
        """Give another administrator a further role."""
        _demand_change_somewhere(actor)
        administrator, _ = await self._seen(actor, account_id)
        now, officer = self.clock.now(), administrator.officer
        demand_other(actor, administrator)
        role, problems = read_role(command), Problems()
        ends_at = read_last_day(until, "until", now, problems)
        problems.raise_any()
        lineages = await self._lineages({role.agency})
        demand_grant(actor, role, lineages[role.agency], known=_known(role.agency, lineages))
        actor.demand(Permission.ADMINISTRATORS_CHANGE, lineages[role.agency])
        demand_end(ends_at, officer.ends_at)
        grant = _new_grant(actor, officer, role, now, ends_at)
        event = _event(actor, EventName.ADMINISTRATOR_GRANTED, now, officer, role)
        if not await self.ledger.commit(actor.still_holds(now), GrantRole(grant=grant), event):
            lasting = lasting_grants(administrator.grants, now)
            if any((one.role, one.agency) == (role.role, role.agency) for one in lasting):
                problems.add(
                    "role", Rule.HELD_ALREADY, "they hold that role already", "choose another, or revoke it first"
                )
            problems.raise_any()
            raise TooLateError("the account or a role ended meanwhile, or another gave the same role")

    async def revoke(self, actor: Actor, account_id: AccountId, grant_id: RoleGrantId) -> None:
        """Take a role back: it ends with the next request."""
        _demand_change_somewhere(actor)
        administrator, lineages = await self._seen(actor, account_id)
        grant = next((one for one in seen_grants(actor, administrator, lineages) if one.id == grant_id), None)
        if grant is None:
            raise NotFoundError("no such grant, or one for another agency")
        actor.demand(Permission.ADMINISTRATORS_CHANGE, lineages[grant.agency])
        demand_other(actor, administrator)
        now = self.clock.now()
        revoking = RevokeRole(
            person_id=grant.person_id, account_id=grant.account_id, grant_id=grant.id, at=now, by=actor.account_id
        )
        role = NewRole(grant.role, grant.agency)
        event = _event(actor, EventName.ADMINISTRATOR_REVOKED, now, administrator.officer, role)
        if not await self.ledger.commit(actor.still_holds(now), revoking, event):
            raise TooLateError("the role was revoked or has ended")

    async def withdraw(self, actor: Actor, account_id: AccountId, reason: str) -> None:
        """Take an account back for good: its sessions and tokens end at once."""
        administrator = await self.to_end(actor, account_id)
        why, now = withdrawal_reason(reason), self.clock.now()
        event = _event(actor, EventName.ADMINISTRATOR_WITHDRAWN, now, administrator.officer)
        if not await self.accounts.withdraw(administrator.officer, why.value, event, first=(actor.still_holds(now),)):
            raise TooLateError("the account was withdrawn")

    async def extend(self, actor: Actor, account_id: AccountId, until: str) -> None:
        """Give an account another last day, also an earlier one."""
        administrator = await self.to_end(actor, account_id)
        now, problems = self.clock.now(), Problems()
        ends_at = read_last_day(until, "until", now, problems)
        problems.raise_any()
        event = _event(actor, EventName.ADMINISTRATOR_EXTENDED, now, administrator.officer)
        if not await self.accounts.extend(administrator.officer, ends_at, event, first=(actor.still_holds(now),)):
            raise TooLateError("the account was withdrawn")

    async def renew_enrolment(self, actor: Actor, account_id: AccountId, contact: str) -> None:
        """Want a new code for an account that was not set up; it waits for a second person, and the one before ends."""
        administrator, sent_to = await self.to_end(actor, account_id), read_contact(contact)
        now = self.clock.now()
        event = _event(actor, EventName.ADMINISTRATOR_ENROLMENT_RENEWED, now, administrator.officer)
        if not await self.accounts.ask_enrolment(
            administrator.officer, sent_to, actor.account_id, event, first=(actor.still_holds(now),)
        ):
            raise TooLateError("the account was set up already, withdrawn, or is over")

    async def to_end(self, actor: Actor, account_id: AccountId) -> Administrator:
        """Return an administrator whose account itself the actor may act on."""
        _demand_change_somewhere(actor)
        administrator, lineages = await self._seen(actor, account_id)
        demand_other(actor, administrator)
        demand_account(actor, administrator, lineages, self.clock.now())
        return administrator

    async def _seen(self, actor: Actor, account_id: AccountId) -> tuple[Administrator, Lineages]:
        found = await self.reader.by_account(account_id)
        lineages = await self._lineages(agencies_around(found) if found else ())
        return demand_sight(actor, found, lineages), lineages

    async def _lineages(self, agencies: Iterable[str]) -> Lineages:
        day = day_of(self.clock.now())
        return Lineages({one: await self.lineages.lineage(one, day) if one != NATIONAL else () for one in agencies})

    async def _below(self, agencies: Iterable[str]) -> tuple[str, ...]:
        day, found = day_of(self.clock.now()), dict[str, None]()
        for agency in sorted(agencies):
            found.update(dict.fromkeys(await self.lineages.subtree(agency, day)))
        return tuple(found)

    def _listed(self, actor: Actor, one: Administrator, reached: frozenset[str] | None) -> Seen:
        grants = tuple(grant for grant in one.grants if reached is None or grant.agency in reached)
        return Seen(one.officer, *self._names(one), grants, own=one.officer.account_id == actor.account_id)

    def _contact(self, officer: Officer) -> str:
        """Return where the code that waits will go; empty where none does, or it no longer opens."""
        if officer.asked is None:
            return ""
        try:
            opened = self.sealer.open(officer.asked.contact_sealed, CONTACT_PLACE.of(officer.person_id))
        except SealBrokenError:
            return ""
        return msgspec.json.decode(opened, type=OfficerContact).to

    def _names(self, administrator: Administrator) -> tuple[str, str]:
        """Return the full name and the sign-in name; empty where the profile no longer opens."""
        try:
            profile: dict[str, object] = msgspec.json.decode(
                self.sealer.open(administrator.profile_sealed, PROFILE_PLACE.of(administrator.officer.person_id))
            )
        except SealBrokenError:
            return "", ""
        return str(profile.get("name", "")), str(profile.get("preferred_username", ""))


def _demand_change_somewhere(actor: Actor) -> None:
    """Refuse whoever may change administrators nowhere before anything is read for the answer."""
    if not allows_somewhere(actor.grants, Permission.ADMINISTRATORS_CHANGE):
        raise NotPermittedError(Permission.ADMINISTRATORS_CHANGE)


def _may_end(actor: Actor, administrator: Administrator, lineages: Lineages, now: datetime) -> bool:
    try:
        demand_account(replace(actor, fresh=True), administrator, lineages, now)
    except AdminError:
        return False
    return administrator.officer.withdrawn_at is None


def _known(agency: str, lineages: Lineages) -> bool:
    return agency == NATIONAL or bool(lineages[agency])


def _new_grant(actor: Actor, officer: Officer, role: NewRole, now: datetime, ends_at: datetime) -> RoleGrant:
    whose = officer.person_id, officer.account_id
    first = unconfirmed_until(role.role, ends_at)
    return RoleGrant(
        RoleGrantId(new_id()), *whose, role.role, role.agency, actor.account_id, now, now, ends_at, approves_from=first
    )


def _event(
    actor: Actor, name: EventName, now: datetime, officer: Officer | None, role: NewRole | None = None
) -> RecordEvent:
    details = {"role": role.role.value, "over": role.agency or NATIONAL_WORD} if role else {}
    if officer is not None:
        details |= {"officer": officer.account_id, "officer_code": officer.code, "agency": officer.agency}
    return actor.event(name, now, reason="done", person_id=officer.person_id if officer else None, details=details)
