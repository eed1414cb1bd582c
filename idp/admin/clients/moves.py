"""A client moves to another agency: that agency agrees, and no secret that the former one knows moves along."""

from datetime import datetime

from clients.document import Document
from clients.errors import Problem
from clients.model import Client
from idp.admin.actor import Actor
from idp.admin.changes.model import Change, ChangeKind, ObjectKind
from idp.admin.clients.approval import change_document
from idp.admin.clients.field_rules import needed
from idp.admin.errors import InvalidInputError, NotPermittedError
from idp.admin.permissions import Permission
from idp.officers.roles import NATIONAL
from records.structs import replace

# Secrets are no metadata, so a change says that they end, for whoever approves to read it.
SECRETS, REVOKED = "secrets", "revoked"


def moved(client: Client, agency: str, now: datetime) -> Client:
    """Return a client as another agency takes it up: what its former agency authenticated with is worth nothing.

    Without secret and key nobody is the client until the new agency gives it some. What others let the former agency do
    with it, at their APIs or at the administration's, was not let to the new one.
    """
    return replace(
        client,
        agency=agency,
        secrets=(),
        jwks=None,
        jwks_uri=None,
        api_access={},
        exchange_apis=(),
        administration_roles=(),
        administration_until=None,
        updated_at=now,
    )


def moved_document(client: Client) -> Document:
    """Return what a change of a moved client says after it."""
    return {**change_document(client), SECRETS: REVOKED}


def is_move(change: Change) -> bool:
    """Say whether a change hands a client to another agency."""
    return change.object_kind is ObjectKind.CLIENT and change.kind is ChangeKind.MOVE


def demand_alone(members: frozenset[str]) -> None:
    """Raise `InvalidInputError` where a move comes with anything else: the new agency takes up what is there."""
    if members != {"agency"}:
        reason = "a client goes to another agency as it is"
        raise InvalidInputError([Problem("agency", "moves-alone", reason, "send the other changes by themselves")])


def giving(known: Client, wanted: Client) -> Permission:
    """Return what giving a client away takes: one who approves, in production one of the country."""
    need = needed(known, wanted)
    return Permission.CLIENTS_APPROVE if need is None else need


def speaking_for_agencies(actor: Actor) -> Actor:
    """Return an administrator with the roles alone by which an agency has its say: the country's are none.

    Raises `NotPermittedError` where none is left.
    """
    own = tuple(grant for grant in actor.grants if grant.agency != NATIONAL)
    if not own:
        raise NotPermittedError("the agency that is asked has its own say")
    return replace(actor, grants=own)


def asks_an_agency(change: Change) -> bool:
    """Say whether a change waits for another agency's word: of a move, or of a resource that is not the country's."""
    return change.asked_agency not in {None, NATIONAL}


def may_speak(actor: Actor, change: Change) -> bool:
    """Say whether an administrator has any role by which the agency that a change asks can have its say."""
    return not asks_an_agency(change) or any(grant.agency != NATIONAL for grant in actor.grants)
