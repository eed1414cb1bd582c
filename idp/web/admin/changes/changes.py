"""The console's pages of changes: what waits, and one change with what may be done about it."""

from datetime import datetime
from typing import get_args
from urllib.parse import urlencode

from starlette.responses import Response

from clients.errors import Problem
from idp.admin.changes.differences import differences_of
from idp.admin.changes.model import By, Change, ChangeState
from idp.admin.clients.documents import asked_scopes
from idp.admin.clients.moves import may_speak
from idp.admin.errors import InvalidInputError, NotFoundError
from idp.admin.permissions import allows_somewhere
from idp.kernel.ids import ChangeId
from idp.web.admin.changes.entries import change_entry
from idp.web.admin.clients.pages import AskedScope, ChangeDone, ChangeListPage, ChangePage, DifferenceEntry
from idp.web.admin.field_problems import problem_shown
from idp.web.admin.visit import Visit
from idp.web.http.local_time import local_time
from idp.web.oauth.logos import logo_url

LIST, ONE = "/admin/changes", "/admin/changes/{name}"
_PAGE = 50
_DONE: dict[str, ChangeDone] = {word: word for word in get_args(ChangeDone)}


async def show_list(visit: Visit) -> Response:
    after = visit.after
    found = await visit.dependencies.clients.approvals.waiting(visit.actor, after, _PAGE + 1)
    shown = found[:_PAGE]
    page = ChangeListPage(
        other_language_url=visit.other_language_url,
        shell=visit.shell,
        changes=tuple(change_entry(change, visit.now, visit.locale) for change in shown),
        next_url=f"{LIST}?{urlencode({'after': shown[-1].id})}" if len(found) > _PAGE else None,
    )
    return visit.respond(page)


async def show(visit: Visit) -> Response:
    return visit.respond(
        _page(visit, await visit.dependencies.clients.approvals.find(visit.actor, ChangeId(visit.name)))
    )


async def submit(visit: Visit) -> Response:
    """POST /admin/changes/ID: `action` says what."""
    try:
        done = await _do(visit)
    except InvalidInputError as error:
        change = await visit.dependencies.clients.approvals.find(visit.actor, ChangeId(visit.name))
        return visit.respond(_page(visit, change, error.problems), 422)
    return visit.see_other(f"{visit.path}?{urlencode({'done': done})}")


async def _do(visit: Visit) -> ChangeDone:
    approvals, actor, name, form = visit.dependencies.clients.approvals, visit.actor, ChangeId(visit.name), visit.form
    digest = _digest(form.get("digest") or "")
    match form.get("action"):
        case "approve":
            change = await approvals.find(actor, name)
            ticked = {scope for scope in _asked(change) if form.get(f"scope-{scope}") is not None}
            await approvals.approve(actor, name, digest, frozenset(_asked(change)) - ticked)
            return "approved"
        case "refuse":
            await approvals.refuse(actor, name, digest, form.get("reason") or "")
            return "refused"
        case "withdraw":
            await approvals.withdraw(actor, name)
            return "withdrawn"
        case "undo":
            await approvals.undo(actor, name)
            return "undone"
        case "review":
            await approvals.review(actor, name)
            return "reviewed"
        case _:
            raise NotFoundError("no such action")


def _page(visit: Visit, change: Change, problems: tuple[Problem, ...] = ()) -> ChangePage:
    own = change.proposed_by.account_id == visit.actor.account_id
    may_approve = allows_somewhere(visit.actor.grants, change.needs)
    waits = change.state_at(visit.now) is ChangeState.PROPOSED
    alone = change.done_alone_by
    by_others = alone is None or alone.account_id != visit.actor.account_id
    basis = change.after.get("legal_basis")
    return ChangePage(
        other_language_url=visit.other_language_url,
        action=visit.path,
        hidden=(*visit.hidden(), ("digest", change.digest.hex())),
        shell=visit.shell,
        entry=change_entry(change, visit.now, visit.locale),
        reason=change.reason,
        needs=change.needs,
        asked_agency=change.asked_agency or "",
        logo_url=logo_url(logo) if isinstance(logo := change.after.get("logo"), str) else None,
        expires_at=local_time(change.expires_at, visit.locale),
        differences=tuple(
            DifferenceEntry(member=one.member, removed=one.removed, added=one.added) for one in differences_of(change)
        ),
        scopes=tuple(
            AskedScope(number=number, scope=scope, basis=str(basis.get(scope, "")) if isinstance(basis, dict) else "")
            for number, scope in enumerate(_asked(change), 1)
        ),
        decided_by=_code(change.decided_by),
        decided_at=_moment(visit, change.decided_at),
        decision_reason=change.decision_reason,
        undo_until=_moment(visit, change.undo_until if change.undoable(visit.now) else None),
        undone_by=_code(change.undone_by),
        review_by=_moment(visit, change.review_by if change.wants_review else None),
        reviewed_by=_code(change.reviewed_by),
        may_decide=waits and may_approve and not own and may_speak(visit.actor, change),
        may_withdraw=waits and own,
        may_undo=change.undoable(visit.now) and may_approve,
        may_review=change.wants_review and may_approve and by_others,
        problems=tuple(problem_shown(problem) for problem in problems),
        done=_DONE.get(visit.query.get("done") or ""),
    )


def _asked(change: Change) -> tuple[str, ...]:
    return asked_scopes(change.before, change.after)


def _digest(typed: str) -> bytes:
    try:
        return bytes.fromhex(typed)
    except ValueError:
        return b""


def _code(by: By | None) -> str:
    return by.code if by else ""


def _moment(visit: Visit, at: datetime | None) -> str:
    return local_time(at, visit.locale) if at else ""
