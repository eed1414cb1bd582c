"""The list of administrators, and issuing an account with its first role."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from starlette.responses import Response

from idp.admin.administrators.posts import PostCommand, RoleCommand, Rule
from idp.admin.administrators.service import Seen
from idp.admin.errors import InvalidInputError
from idp.admin.permissions import Permission, allows_somewhere, may_grant
from idp.kernel.ids import ID_LENGTH
from idp.kernel.locales import Locale
from idp.officers.model import Officer
from idp.officers.roles import NATIONAL, Role, RoleGrant
from idp.web.admin.administrators.pages import (
    AccountState,
    AdministratorEntry,
    AdministratorsPage,
    FormProblem,
    GrantEntry,
    GrantState,
    NewAdministratorPage,
)
from idp.web.admin.visit import Visit
from idp.web.http.local_time import last_day, local_time

PATH = "/admin/administrators"
NEW_PATH = f"{PATH}/new"
_FIELDS = ("agency", "name", "full_name", "post", "contact", "role", "over", "until")


async def list_page(visit: Visit) -> Response:
    after = visit.query.get("after") or ""
    found = await visit.dependencies.administrators.page(visit.actor, after if len(after) == ID_LENGTH else "")
    may_issue = allows_somewhere(visit.actor.grants, Permission.ADMINISTRATORS_CHANGE)
    page = AdministratorsPage(
        other_language_url=visit.other_language_url,
        shell=visit.shell,
        entries=tuple(_entry(one, visit.now, visit.locale) for one in found.entries),
        next_url=f"{PATH}?{urlencode({'after': found.after})}" if found.after else None,
        first_url=PATH if after else None,
        new_url=NEW_PATH if may_issue else None,
    )
    return visit.respond(page)


async def new_page(visit: Visit) -> Response:
    return _new(visit, {"agency": visit.actor.agency, "over": visit.actor.agency}, ())


async def issue(visit: Visit) -> Response:
    """The account waits for a second administrator."""
    try:
        typed = visit.fields(*_FIELDS)
        post = PostCommand(typed["agency"], typed["name"], typed["full_name"], typed["post"], typed["until"])
        role, contact = RoleCommand(typed["role"], typed["over"]), typed["contact"]
        officer = await visit.dependencies.administrators.issue(visit.actor, post, role, contact)
    except InvalidInputError as error:
        typed = {name: visit.form.get(name) or "" for name in _FIELDS}
        return _new(visit, typed, form_problems(error), 422)
    return visit.see_other(f"{PATH}/{officer.account_id}?{urlencode({'done': 'asked'})}")


def form_problems(error: InvalidInputError) -> tuple[FormProblem, ...]:
    """Return the problems of a form as its page tells them."""
    return tuple(FormProblem(field=one.field, rule=Rule(one.rule)) for one in error.problems)


def grant_entry(
    grant: RoleGrant, officer: Officer, now: datetime, locale: Locale, revocable: frozenset[str] = frozenset()
) -> GrantEntry:
    """Return a role as it is shown."""
    return GrantEntry(
        id=grant.id,
        role=grant.role,
        agency=grant.agency,
        starts_at=local_time(grant.starts_at, locale),
        ends_at=last_day(grant.ends_at, locale),
        given_by=grant.given_by,
        state=_grant_state(grant, officer, now),
        revoked_at=local_time(grant.revoked_at, locale) if grant.revoked_at else "",
        revocable=grant.id in revocable,
        unconfirmed=grant.unconfirmed and grant.ends_at > now,
    )


def account_state(officer: Officer, now: datetime) -> AccountState:
    """Return how an account stands."""
    if officer.withdrawn_at is not None:
        return "withdrawn"
    if officer.ends_at <= now:
        return "over"
    if officer.asked is not None:
        return "waits"
    if officer.enrolment_ends_at is not None:
        return "not_set_up"
    return "active" if officer.stands(now) else "not_begun"


def _new(visit: Visit, typed: Mapping[str, str], problems: Sequence[FormProblem], status: int = 200) -> Response:
    held = {grant.agency for grant in visit.actor.grants}
    givable = tuple(
        role
        for role in Role
        if any(may_grant(visit.actor.grants, role, () if agency == NATIONAL else (agency,)) for agency in held)
    )
    page = NewAdministratorPage(
        other_language_url=visit.other_language_url,
        action=NEW_PATH,
        hidden=visit.hidden(),
        shell=visit.shell,
        givable=givable,
        typed={name: typed.get(name, "") for name in _FIELDS},
        problems=tuple(problems),
    )
    return visit.respond(page, status)


def _entry(seen: Seen, now: datetime, locale: Locale) -> AdministratorEntry:
    return AdministratorEntry(
        url=f"{PATH}/{seen.officer.account_id}",
        full_name=seen.full_name,
        officer_code=seen.officer.code,
        agency=seen.officer.agency,
        state=account_state(seen.officer, now),
        ends_at=last_day(seen.officer.ends_at, locale),
        grants=tuple(grant_entry(grant, seen.officer, now, locale) for grant in seen.grants if grant.ends_at > now),
        numbered=seen.officer.numbered,
    )


def _grant_state(grant: RoleGrant, officer: Officer, now: datetime) -> GrantState:
    if grant.revoked_at is not None:
        return "revoked"
    if grant.ends_at <= now:
        return "over"
    if officer.withdrawn_at is not None or officer.ends_at <= now:
        return "account_ended"
    return "stands" if grant.starts_at <= now else "not_begun"
