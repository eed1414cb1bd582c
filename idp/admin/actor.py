"""Whoever acts as an administrator, as one request knows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from clients.model import ClientId
from idp.admin.errors import FreshFactorNeededError, NotFoundError, NotPermittedError
from idp.admin.permissions import TABLE, Level, Permission, allows, allows_somewhere
from idp.audit.model import ACTOR, EventName, Origin, RecordEvent
from idp.kernel.ids import AccountId, EventId, PersonId, SessionId, new_id
from idp.officers.roles import HoldRoles, RoleGrant
from idp.transparency.published import ACTOR_AGENCY, ACTOR_ROLES


class Actor(Struct, frozen=True):
    """An officer's account, signed in with two factors, and the roles of it that stand."""

    person_id: PersonId
    account_id: AccountId
    # The agency that issued the account, and the code that it is known by where acts are shown.
    agency: str
    officer_code: str
    grants: tuple[RoleGrant, ...]
    # A second factor was shown a short while ago.
    fresh: bool
    origin: Origin
    # The session that they signed in with, here or to the client whose token they show.
    session_id: SessionId = SessionId("")

    def demand(self, permission: Permission, lineage: Sequence[str]) -> None:
        """Return if the actor may do it to an object of the agency at the head of `lineage`.

        Raises `NotPermittedError` where no role brings the permission at all, `NotFoundError` where it is held for
        other agencies only, `FreshFactorNeededError` where a factor must be shown first.
        """
        if not allows_somewhere(self.grants, permission):
            raise NotPermittedError(permission)
        if not allows(self.grants, permission, lineage):
            raise NotFoundError(f"{permission} is not held over this agency")
        if TABLE[permission].level is Level.FRESH and not self.fresh:
            raise FreshFactorNeededError(permission)

    def demand_somewhere(self, *permissions: Permission) -> None:
        """Return if the actor may do one of these to anything at all; the use case asks again, for the object.

        Raises `NotPermittedError`, `FreshFactorNeededError` where each that they hold takes a factor shown lately.
        """
        held = [one for one in permissions if allows_somewhere(self.grants, one)]
        if not held:
            raise NotPermittedError(permissions[0])
        if not self.fresh and all(TABLE[one].level is Level.FRESH for one in held):
            raise FreshFactorNeededError(held[0])

    def still_holds(self, now: datetime) -> HoldRoles:
        """Return what keeps a decision from being carried out by somebody who has lost a role meanwhile."""
        return HoldRoles(
            person_id=self.person_id,
            account_id=self.account_id,
            grant_ids=tuple(grant.id for grant in self.grants),
            now=now,
        )

    def event(
        self,
        name: EventName,
        at: datetime,
        *,
        reason: str = "",
        person_id: PersonId | None = None,
        client_id: ClientId | None = None,
        details: Mapping[str, str] | None = None,
    ) -> RecordEvent:
        """Return the event of an act; `person_id` is whom it is about, who sees it in their activity."""
        roles = " ".join(sorted({grant.role for grant in self.grants}))
        said = {
            **(details or {}),
            ACTOR: self.account_id,
            "actor_code": self.officer_code,
            ACTOR_ROLES: roles,
            ACTOR_AGENCY: self.agency,
        }
        return RecordEvent(
            id=EventId(new_id()),
            name=name,
            at=at,
            origin=self.origin,
            person_id=person_id,
            client_id=client_id,
            reason=reason,
            details=said,
        )
