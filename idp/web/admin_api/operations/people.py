"""People: one is looked for by one exact value and for a purpose that they read; what is done to their account."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

import msgspec

from idp.admin.people.commands import LONGEST_CASE, Act, ActReason, LookupCommand, LookupKey, Purpose
from idp.admin.people.rules import PersonShown
from idp.admin.people.service import Seen
from idp.admin.permissions import Permission
from idp.kernel.ids import AccountId
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Call, Nothing, Operation, Reply, operation
from idp.web.admin_api.problems import Code

_Value = Annotated[str, msgspec.Meta(max_length=300, description="The whole value: a part of one finds nobody.")]
_Case = Annotated[
    str, msgspec.Meta(max_length=LONGEST_CASE, description="The support desk's reference; nothing about the person.")
]


class LookupRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to look for, and why."""

    by: LookupKey
    value: _Value
    purpose: Purpose
    case: _Case


class LookupReference(msgspec.Struct, frozen=True):
    """A look: whom it found is read at its own address, in this session and until it ends."""

    lookup: str
    # How many it shows: 0 for nobody, or nobody who may be shown.
    found: int
    ends_at: str


class Recovery(msgspec.Struct, frozen=True):
    """A recovery on its way."""

    way: str
    started_at: str
    ready_at: str


class Person(msgspec.Struct, frozen=True):
    """An account: personal values masked, factors by kind, no secret."""

    account_id: AccountId
    name: str
    number: str
    phone: str
    email: str
    status: str
    locked_by: str | None
    proof: str
    proved_at: str | None
    created_at: str
    two_steps: bool
    passkeys: int
    authenticator_app: bool
    recovery_codes: int
    upstream_links: int
    wrong_passwords: int
    sessions: int
    last_sign_in_at: str | None
    recovery: Recovery | None
    # What would change something now.
    acts: list[str]


class Lookup(msgspec.Struct, frozen=True):
    """A look, and the people whom it shows as they are now."""

    purpose: str
    case: str
    ends_at: str
    people: list[Person]


class LookupChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which of several whom a look found."""

    account_id: Annotated[AccountId, msgspec.Meta(max_length=64)]


class ActRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why it is done."""

    reason: ActReason


class ActResult(msgspec.Struct, frozen=True):
    """Whether it changed the account: false where it was so already."""

    changed: bool


async def find(parts: AdminApiDependencies, call: Call[Nothing, LookupRequest]) -> Reply:
    """Look for somebody."""
    wanted = call.body
    command = LookupCommand(wanted.by, wanted.value, wanted.purpose, wanted.case)
    seen = await parts.people.people.find(call.actor, command)
    return _made(seen.name, len(seen.people), seen.lookup.ends_at)


async def show(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return whom a look shows."""
    return Reply(_schema(await parts.people.people.see(call.actor, call.path["lookup"])))


async def choose(parts: AdminApiDependencies, call: Call[Nothing, LookupChoice]) -> Reply:
    """Look at one of several."""
    seen = await parts.people.people.see(call.actor, call.path["lookup"])
    chosen = await parts.people.people.choose(call.actor, call.path["lookup"], call.body.account_id)
    return _made(chosen, 1, seen.lookup.ends_at)


def _doing(act: Act) -> Callable[[AdminApiDependencies, Call[Nothing, ActRequest]], Awaitable[Reply]]:
    """Return the handler of an act."""

    async def handle(parts: AdminApiDependencies, call: Call[Nothing, ActRequest]) -> Reply:
        return Reply(ActResult(await parts.people.act(call.actor, call.path["lookup"], act, call.body.reason)))

    return handle


def _made(name: str, found: int, ends_at: datetime) -> Reply:
    return Reply(LookupReference(name, found, ends_at.isoformat()), location=f"/people/lookups/{name}")


def _schema(seen: Seen) -> Lookup:
    lookup = seen.lookup
    return Lookup(lookup.purpose, lookup.case, lookup.ends_at.isoformat(), [_person(one) for one in seen.people])


def _person(one: PersonShown) -> Person:
    recovery = one.recovery
    return Person(
        account_id=one.account_id,
        name=one.name,
        number=one.number,
        phone=one.phone,
        email=one.email,
        status=one.status,
        locked_by=one.locked_by,
        proof=one.proof,
        proved_at=_time(one.proved_at),
        created_at=one.created_at.isoformat(),
        two_steps=one.two_steps,
        passkeys=one.passkeys,
        authenticator_app=one.has_authenticator_app,
        recovery_codes=one.recovery_codes,
        upstream_links=one.upstream_links,
        wrong_passwords=one.wrong_passwords,
        sessions=one.sessions,
        last_sign_in_at=_time(one.last_sign_in_at),
        recovery=Recovery(recovery.way, recovery.started_at.isoformat(), recovery.ready_at.isoformat())
        if recovery
        else None,
        acts=list(one.acts),
    )


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _act(act: Act, path: str, name: str, summary: str) -> Operation:
    """Return the row of an act."""
    return operation(
        "POST",
        f"/people/lookups/{{lookup}}/{path}",
        name,
        _doing(act),
        summary=summary,
        permission=Permission.PEOPLE_CHANGE,
        scope="admin:write",
        query=Nothing,
        body=ActRequest,
        answer=ActResult,
        codes=(Code.NOT_FOUND, Code.INVALID_INPUT, Code.CONFLICT),
    )


# Helping to recover takes several steps: `people_recovery`.
OPERATIONS: tuple[Operation, ...] = (
    operation(
        "POST",
        "/people/lookups",
        "find_person",
        find,
        summary="Look for one person by one exact value; they read who looked, when and why.",
        permission=Permission.PEOPLE_FIND,
        scope="admin:write",
        query=Nothing,
        body=LookupRequest,
        answer=LookupReference,
        status=201,
        codes=(Code.INVALID_INPUT, Code.TOO_MANY),
    ),
    operation(
        "GET",
        "/people/lookups/{lookup}",
        "show_person",
        show,
        summary="Whom a look found, as they are now; for a quarter of an hour, in the session that looked.",
        permission=Permission.PEOPLE_FIND,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=Lookup,
        codes=(Code.NOT_FOUND,),
    ),
    operation(
        "POST",
        "/people/lookups/{lookup}/choose",
        "choose_person",
        choose,
        summary="Look at one of several who share what was looked for.",
        permission=Permission.PEOPLE_FIND,
        scope="admin:write",
        query=Nothing,
        body=LookupChoice,
        answer=LookupReference,
        status=201,
        codes=(Code.NOT_FOUND,),
    ),
    _act(Act.LOCK, "lock", "lock_person", "Lock the account: everything ends at once, and the person is told."),
    _act(Act.UNLOCK, "unlock", "unlock_person", "Unlock the account, and forget wrong passwords."),
    _act(Act.SIGN_OUT, "sign-out", "sign_person_out", "End all sessions, known devices and grants of the account."),
)
