"""What waits of an administrator's account, read and decided at the address of a change.

The account waits, not a document (decision 56): its change is made of it, and has an id that names it.
"""

from msgspec import Struct

from clients.errors import Problem
from idp.admin.actor import Actor
from idp.admin.administrators.service import Seen
from idp.admin.changes.model import ChangeState
from idp.admin.errors import ConflictError, InvalidInputError, TooLateError
from idp.admin.permissions import Permission
from idp.kernel.ids import AccountId, ChangeId
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Reply
from idp.web.admin_api.operations.change_answers import Change, Difference

# Before the account's id in that of its change; no other change's id has a dot.
_MARK = "administrator."


class Decision(Struct, frozen=True):
    """Who decides about the account of which administrator, and the digest that they read."""

    actor: Actor
    account_id: AccountId
    digest: str = ""


def account_in(change_id: ChangeId) -> AccountId | None:
    """Return the account that a change's id names; None for one that is no administrator's."""
    return AccountId(change_id.removeprefix(_MARK)) if change_id.startswith(_MARK) else None


def change_id_of(account_id: AccountId) -> ChangeId:
    """Return the id of the change that an administrator's account waits by."""
    return ChangeId(f"{_MARK}{account_id}")


async def proposed_account(parts: AdminApiDependencies, actor: Actor, account_id: AccountId) -> Reply:
    """Return the answer to a proposal about an administrator: what waits now, and where it is decided."""
    reply = await shown_account(parts, actor, account_id)
    return Reply(reply.body, version=reply.version, location=f"/changes/{change_id_of(account_id)}")


async def shown_account(parts: AdminApiDependencies, actor: Actor, account_id: AccountId) -> Reply:
    """Return what waits of an administrator's account, or that nothing does any more."""
    seen = await parts.administrators.get(actor, account_id)
    asker = await parts.administrators.code_of(_asker(seen))
    return Reply(_schema(seen, asker), version=seen.digest)


async def approve_account(parts: AdminApiDependencies, decision: Decision, refused_scopes: frozenset[str]) -> Reply:
    """Confirm what another administrator wants."""
    if refused_scopes:
        reason = f"{' '.join(sorted(refused_scopes))} is not asked for by this change"
        raise InvalidInputError([Problem("refused_scopes", "not-asked", reason, "refuse what the change asks for")])
    await parts.second_person.confirm(decision.actor, decision.account_id, decision.digest)
    return await shown_account(parts, decision.actor, decision.account_id)


async def keep_account(parts: AdminApiDependencies, actor: Actor, account_id: AccountId) -> Reply:
    """Refuse to refuse or to withdraw: the account is withdrawn, or its role revoked, which ends what waits."""
    if not waits(await parts.administrators.get(actor, account_id)):
        raise TooLateError("nothing waits for a second person")
    raise ConflictError("the account is withdrawn, or its role is revoked")


async def done_account(parts: AdminApiDependencies, actor: Actor, account_id: AccountId) -> Reply:
    """Refuse to undo or to review: nobody did it alone, and a role is taken back as any other is."""
    await parts.administrators.get(actor, account_id)
    raise TooLateError("there is nothing to undo or to review")


def waits(seen: Seen) -> bool:
    """Say whether something of the account waits for a second administrator."""
    return seen.officer.withdrawn_at is None and bool(seen.officer.asked or seen.unconfirmed)


def _asker(seen: Seen) -> AccountId:
    """Return the account of who wants what waits; of who issued the account where nothing does."""
    if seen.officer.asked is not None:
        return AccountId(seen.officer.asked.by)
    return AccountId(next((grant.given_by for grant in seen.unconfirmed), seen.officer.issued_by))


def _state(seen: Seen) -> ChangeState:
    if seen.officer.withdrawn_at is not None:
        return ChangeState.WITHDRAWN
    return ChangeState.PROPOSED if waits(seen) else ChangeState.APPLIED


def _differences(seen: Seen) -> list[Difference]:
    """Return what a confirmation would do: send a code, and let roles approve."""
    if not waits(seen):
        return []
    code = [Difference("enrolment_code", [], [seen.contact] if seen.contact else [])] if seen.officer.asked else []
    roles = [f"{grant.role} {grant.agency or 'national'}" for grant in seen.unconfirmed]
    return [*code, *([Difference("roles", [], roles)] if roles else [])]


def _schema(seen: Seen, asker: str) -> Change:
    officer = seen.officer
    at = officer.asked.at if officer.asked else max((grant.given_at for grant in seen.unconfirmed), default=None)
    return Change(
        id=change_id_of(officer.account_id),
        kind="confirm",
        object_kind="administrator",
        object_id=officer.account_id,
        agency=officer.agency,
        state=_state(seen),
        reason="",
        needs=Permission.ADMINISTRATORS_CHANGE,
        asked_agency=None,
        proposed_by=asker,
        proposed_at=(at or officer.created_at).isoformat(),
        expires_at=officer.ends_at.isoformat(),
        differences=_differences(seen),
        scopes=[],
        decided_by=None,
        decided_at=None,
        decision_reason="",
        undo_until=None,
        undone_by=None,
        review_by=None,
        reviewed_by=None,
        digest=seen.digest,
    )
