"""Who may do what: one table from permission to roles and sign-in level, and the decisions that read it."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from idp.officers.roles import NATIONAL, Role, RoleGrant


class Permission(StrEnum):
    """What an administrator may be allowed to do."""

    AGENCIES_READ = "agencies:read"
    AGENCIES_CHANGE = "agencies:change"
    # Merges, splits, closings and moves that another operator proposed.
    AGENCIES_APPROVE = "agencies:approve"
    ADMINISTRATORS_READ = "administrators:read"
    ADMINISTRATORS_CHANGE = "administrators:change"
    CLIENTS_READ = "clients:read"
    # Register in the sandbox, change what needs nobody else, propose what does.
    CLIENTS_CHANGE = "clients:change"
    CLIENTS_SECRET = "clients:secret"  # noqa: S105 (the name of a permission)
    CLIENTS_STOP = "clients:stop"
    CLIENTS_APPROVE = "clients:approve"
    # Claims about a person that the State governs, hosts outside the rule, security profiles.
    CLIENTS_APPROVE_NATIONAL = "clients:approve_national"
    PEOPLE_FIND = "people:find"
    PEOPLE_CHANGE = "people:change"
    SETTINGS_READ = "settings:read"
    SETTINGS_CHANGE = "settings:change"
    SETTINGS_APPROVE = "settings:approve"
    AUDIT_READ = "audit:read"
    AUDIT_EXPORT = "audit:export"
    METRICS_READ = "quality:read"


class Level(StrEnum):
    """How strongly an administrator must have signed in. Two factors are the least there is."""

    TWO_FACTORS = "two_factors"
    # A second factor shown a short while ago: for acts that harm somebody if another holds the browser.
    FRESH = "fresh"


class Demand(Struct, frozen=True):
    """The roles that bring a permission, and the level it takes to use it."""

    roles: frozenset[Role]
    level: Level


_OPERATOR, _AGENCY, _DEVELOPER, _AUDITOR, _SUPPORT = Role
_PLAIN, _FRESH = Level.TWO_FACTORS, Level.FRESH


def _to(level: Level, *roles: Role) -> Demand:
    return Demand(frozenset(roles), level)


# A permission that is not here is nobody's. The operator holds all of them, so that every role has a giver.
TABLE: Mapping[Permission, Demand] = MappingProxyType(
    {
        Permission.AGENCIES_READ: _to(_PLAIN, _OPERATOR, _AGENCY, _DEVELOPER, _AUDITOR, _SUPPORT),
        Permission.AGENCIES_CHANGE: _to(_FRESH, _OPERATOR),
        Permission.AGENCIES_APPROVE: _to(_FRESH, _OPERATOR),
        Permission.ADMINISTRATORS_READ: _to(_PLAIN, _OPERATOR, _AGENCY, _AUDITOR),
        Permission.ADMINISTRATORS_CHANGE: _to(_FRESH, _OPERATOR, _AGENCY),
        Permission.CLIENTS_READ: _to(_PLAIN, _OPERATOR, _AGENCY, _DEVELOPER, _AUDITOR, _SUPPORT),
        Permission.CLIENTS_CHANGE: _to(_PLAIN, _OPERATOR, _AGENCY, _DEVELOPER),
        Permission.CLIENTS_SECRET: _to(_FRESH, _OPERATOR, _AGENCY, _DEVELOPER),
        Permission.CLIENTS_STOP: _to(_FRESH, _OPERATOR, _AGENCY),
        Permission.CLIENTS_APPROVE: _to(_FRESH, _OPERATOR, _AGENCY),
        Permission.CLIENTS_APPROVE_NATIONAL: _to(_FRESH, _OPERATOR),
        Permission.PEOPLE_FIND: _to(_FRESH, _OPERATOR, _SUPPORT),
        Permission.PEOPLE_CHANGE: _to(_FRESH, _OPERATOR, _SUPPORT),
        # Settings are the country's: held over an agency it shows none, but an agency can so have an auditor.
        Permission.SETTINGS_READ: _to(_PLAIN, _OPERATOR, _AGENCY, _AUDITOR, _SUPPORT),
        Permission.SETTINGS_CHANGE: _to(_FRESH, _OPERATOR),
        Permission.SETTINGS_APPROVE: _to(_FRESH, _OPERATOR),
        Permission.AUDIT_READ: _to(_PLAIN, _OPERATOR, _AGENCY, _AUDITOR),
        Permission.AUDIT_EXPORT: _to(_FRESH, _OPERATOR, _AGENCY, _AUDITOR),
        Permission.METRICS_READ: _to(_PLAIN, _OPERATOR, _AGENCY, _DEVELOPER, _AUDITOR, _SUPPORT),
    }
)


# People belong to no agency: a role over one reaches nobody, and shows nothing of these.
OF_THE_COUNTRY = frozenset({Permission.PEOPLE_FIND, Permission.PEOPLE_CHANGE})


def permissions_of(role: Role) -> frozenset[Permission]:
    """Return what a role may do."""
    return frozenset(permission for permission, demand in TABLE.items() if role in demand.roles)


def covers(grant: RoleGrant, lineage: Sequence[str]) -> bool:
    """Say whether a grant reaches an object; `lineage` is its agency and all above, empty for the country's own."""
    return grant.agency == NATIONAL or grant.agency in lineage


def allows(grants: Iterable[RoleGrant], permission: Permission, lineage: Sequence[str]) -> bool:
    """Say whether grants that stand bring a permission over an object."""
    demand = TABLE.get(permission)
    return demand is not None and any(grant.role in demand.roles and covers(grant, lineage) for grant in grants)


def allows_somewhere(grants: Iterable[RoleGrant], permission: Permission) -> bool:
    """Say whether grants that stand bring a permission over anything at all: whether a page is worth showing."""
    if permission in OF_THE_COUNTRY:
        return allows(grants, permission, ())
    demand = TABLE.get(permission)
    return demand is not None and any(grant.role in demand.roles for grant in grants)


def agencies_of(grants: Iterable[RoleGrant], permission: Permission) -> frozenset[str]:
    """Return the agencies at whose tops a permission is held; `NATIONAL` among them means everywhere."""
    demand = TABLE.get(permission)
    return frozenset(grant.agency for grant in grants if demand is not None and grant.role in demand.roles)


def may_grant(grants: Sequence[RoleGrant], role: Role, lineage: Sequence[str]) -> bool:
    """Say whether whoever holds `grants` may give a role over an agency: nobody gives more than they hold."""
    if not allows(grants, Permission.ADMINISTRATORS_CHANGE, lineage):
        return False
    return all(allows(grants, permission, lineage) for permission in permissions_of(role))
