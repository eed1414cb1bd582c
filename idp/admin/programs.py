"""Programs that administer: a registered client with roles of its own, as an actor (clients.services.programs).

It approves nothing, is about nobody's person, and never has a factor at hand: what takes one is a person's. Nor does it
touch programs: what one may do, and with which key, is decided by people.
"""

from datetime import datetime

from clients.local_days import day_ends, day_of
from clients.model import EVERY_AGENCY, Client, ClientId
from clients.services.programs import ProgramRole, is_program, roles_on
from idp.admin.actor import Actor
from idp.admin.errors import NotPermittedError
from idp.audit.model import Origin
from idp.kernel.ids import AccountId, PersonId, RoleGrantId
from idp.officers.roles import NATIONAL, Role, RoleGrant

# An id of an account never has the colon, so that no account is taken for a program.
_MARK = "client:"
_NOBODY = PersonId("")


def program_account(client_id: ClientId) -> AccountId:
    """Return what stands where an officer's account does: in changes that it proposed, in events of what it did."""
    return AccountId(f"{_MARK}{client_id}")


def program_of(account_id: AccountId) -> ClientId | None:
    """Return the program that an account stands for; None for an officer's."""
    mark, found, client_id = account_id.partition(_MARK)
    return ClientId(client_id) if found and not mark else None


def program_actor(client: Client, origin: Origin, now: datetime) -> Actor | None:
    """Return a program with the roles of it that stand; None for a client without any."""
    roles = roles_on(client, day_of(now))
    if not roles:
        return None
    return Actor(
        person_id=_NOBODY,
        account_id=program_account(client.client_id),
        agency=client.agency or NATIONAL,
        officer_code=client.client_id,
        grants=tuple(_held(client, role) for role in roles),
        fresh=False,
        origin=origin,
        program=client,
    )


def demand_of_program(actor: Actor, *touched: Client) -> None:
    """Raise `NotPermittedError` where a program would change a program."""
    if actor.program is not None and any(is_program(client) for client in touched):
        raise NotPermittedError("what programs may do is decided by people")


def _held(client: Client, role: ProgramRole) -> RoleGrant:
    ends_at = day_ends(client.administration_until) if client.administration_until else client.updated_at
    return RoleGrant(
        id=RoleGrantId(f"{client.client_id}:{role.name}:{role.agency}"),
        person_id=_NOBODY,
        account_id=program_account(client.client_id),
        role=Role(role.name),
        agency=NATIONAL if role.agency == EVERY_AGENCY else role.agency,
        given_by="",
        given_at=client.updated_at,
        starts_at=client.created_at,
        ends_at=ends_at,
        # It approves nothing, whatever its role would bring one day.
        approves_from=ends_at,
    )
