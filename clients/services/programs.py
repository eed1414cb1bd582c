"""Programs at the administration API: a client with roles of its own, until a day, under keys that two people saw."""

from datetime import date, datetime, timedelta
from typing import Literal, get_args

from msgspec import Struct

from clients.legacy import WARN_BEFORE
from clients.local_days import day_ends
from clients.model import ADMIN_SCOPES, EVERY_AGENCY, JWT_BEARER, OWN_GRANTS, Client

# Of the roles there are (`idp.officers.roles`) those that approve nothing and are about no person.
ProgramRoleName = Literal["client_developer", "auditor"]
PROGRAM_ROLES: tuple[ProgramRoleName, ...] = get_args(ProgramRoleName)
# As with officers: a role that nobody renews ends.
LONGEST_PROGRAM = timedelta(days=365)
ROLE_PATTERN = rf"(?:{'|'.join(PROGRAM_ROLES)}):(?:\*|[A-Y][0-9]{{2}}(?:\.[A-Z0-9]{{1,31}})*)"


class ProgramRole(Struct, frozen=True):
    """One role, for an agency and all below it; `EVERY_AGENCY` for the country."""

    name: str
    agency: str


def roles_named(client: Client) -> tuple[ProgramRole, ...]:
    """Return the roles that a client is registered with, whether or not they stand."""
    split = (one.partition(":") for one in client.administration_roles)
    return tuple(ProgramRole(name, agency) for name, _, agency in split)


def roles_on(client: Client, day: date) -> tuple[ProgramRole, ...]:
    """Return the roles of a client that stand on a day: none in the sandbox, where nobody approved them."""
    until = client.administration_until
    stands = client.active and client.stage == "production" and until is not None and day <= until
    return roles_named(client) if stands else ()


def is_program(client: Client) -> bool:
    """Say whether a client is registered with roles of its own."""
    return bool(client.administration_roles)


def named_agencies(client: Client) -> frozenset[str]:
    """Return the agencies that its roles name."""
    return frozenset(role.agency for role in roles_named(client)) - {EVERY_AGENCY}


def program_warning(client: Client, now: datetime) -> str | None:
    """Return what an operator should know of roles that end soon or have ended, in words."""
    last_day = client.administration_until
    if last_day is None or day_ends(last_day) - now > WARN_BEFORE:
        return None
    if now >= day_ends(last_day):
        return f"the program's roles ended on {last_day}"
    days = (day_ends(last_day) - now) // timedelta(days=1)
    return f"the program's roles end on {last_day} ({days} days left)"


# Rules of clients.consistency.


def dates_halfway(client: Client) -> bool:
    """Say whether roles and their last day are not both there."""
    return is_program(client) != (client.administration_until is not None)


def administers_without_scope(client: Client) -> bool:
    """Say whether roles have no scope of the API to be used with, or no grant of the program's own."""
    scopes = ADMIN_SCOPES.intersection(client.governed_claims)
    return is_program(client) and (not scopes or OWN_GRANTS.isdisjoint(client.grant_types))


def shares_administration(client: Client) -> bool:
    """Say whether a program is something else besides: a way in for people."""
    return is_program(client) and not frozenset(client.grant_types) <= {"client_credentials", JWT_BEARER}


def administers_with_loose_key(client: Client) -> bool:
    """Say whether one person alone could come by what the program proves itself with.

    A secret is given anew by one administrator, and what stands behind an address changes without anybody's word.
    """
    signs = client.token_endpoint_auth_method == "private_key_jwt"  # noqa: S105 (the name of a method)
    return is_program(client) and not (signs and client.jwks is not None)
