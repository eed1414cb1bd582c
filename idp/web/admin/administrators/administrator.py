"""One administrator: who, which roles from when to when, and what another may do about it."""

from collections.abc import Mapping
from typing import get_args
from urllib.parse import urlencode

from starlette.responses import Response

from idp.admin.administrators.posts import RoleCommand
from idp.admin.administrators.rules import WithdrawalReason
from idp.admin.administrators.service import Seen
from idp.admin.errors import InvalidInputError, NotFoundError
from idp.kernel.ids import AccountId, RoleGrantId
from idp.web.admin.administrators.administrators import PATH, account_state, form_problems, grant_entry
from idp.web.admin.administrators.pages import AdministratorDone, AdministratorPage, FormProblem
from idp.web.admin.visit import Visit
from idp.web.factors.paths import CONFIRM
from idp.web.http.local_time import last_day, local_time
from idp.web.http.places import query_of
from records.structs import replace

ONE_PATH = f"{PATH}/{{name}}"
_REVOKE = "revoke:"
# With the digest of what was read.
_CONFIRM = "confirm:"
_TYPED = ("role", "over", "until", "last_day", "contact", "reason")


async def show(visit: Visit) -> Response:
    return await _page(visit, {}, ())


async def submit(visit: Visit) -> Response:
    """One of the buttons of the page."""
    try:
        return await _act(visit, visit.form.get("action") or "")
    except InvalidInputError as error:
        typed = {name: value for name, value in visit.form.data.items() if name in _TYPED}
        return await _page(visit, typed, form_problems(error), 422)


async def _act(visit: Visit, action: str) -> Response:
    administrators, actor, account_id = visit.dependencies.administrators, visit.actor, AccountId(visit.name)
    if action == "grant":
        typed = visit.fields("role", "over", "until")
        await administrators.grant(actor, account_id, RoleCommand(typed["role"], typed["over"]), typed["until"])
        return _done(visit, "granted")
    if action == "extend":
        await _extend(visit, visit.fields("last_day")["last_day"])
        return _done(visit, "extended")
    if action == "withdraw":
        await administrators.withdraw(actor, account_id, visit.fields("reason")["reason"])
        return _done(visit, "withdrawn")
    if action == "renew":
        await administrators.renew_enrolment(actor, account_id, visit.fields("contact")["contact"])
        return _done(visit, "asked")
    visit.fields()
    if action.startswith(_CONFIRM):
        await visit.dependencies.second_person.confirm(actor, account_id, action.removeprefix(_CONFIRM))
        return _done(visit, "confirmed")
    if action.startswith(_REVOKE):
        await administrators.revoke(actor, account_id, RoleGrantId(action.removeprefix(_REVOKE)))
        return _done(visit, "revoked")
    raise NotFoundError("no such button")


async def _extend(visit: Visit, until: str) -> None:
    try:
        await visit.dependencies.administrators.extend(visit.actor, AccountId(visit.name), until)
    except InvalidInputError as error:
        # The page has two days to fill in, so they have names of their own.
        renamed = [replace(one, field="last_day") if one.field == "until" else one for one in error.problems]
        raise InvalidInputError(renamed) from error


def _done(visit: Visit, word: AdministratorDone) -> Response:
    return visit.see_other(f"{visit.path}?{urlencode({'done': word})}")


async def _page(
    visit: Visit, typed: Mapping[str, str], problems: tuple[FormProblem, ...], status: int = 200
) -> Response:
    seen = await visit.dependencies.administrators.get(visit.actor, AccountId(visit.name))
    officer, now, locale = seen.officer, visit.now, visit.locale
    page = AdministratorPage(
        other_language_url=visit.other_language_url,
        action=visit.path,
        hidden=visit.hidden(),
        shell=visit.shell,
        full_name=seen.full_name,
        sign_in_name=seen.sign_in_name,
        officer_code=officer.code,
        agency=officer.agency,
        post=officer.post,
        state=account_state(officer, now),
        starts_at=local_time(officer.starts_at, locale),
        ends_at=last_day(officer.ends_at, locale),
        grants=tuple(grant_entry(grant, officer, now, locale, seen.revocable) for grant in reversed(seen.grants)),
        own=seen.own,
        may_end=seen.may_end,
        contact=seen.contact,
        asked_by=officer.asked.by if officer.asked else "",
        digest=seen.digest if seen.may_end and (officer.asked or seen.unconfirmed) else "",
        givable=() if officer.withdrawn_at or officer.ends_at <= now else seen.givable,
        reasons=tuple(WithdrawalReason),
        typed={**dict.fromkeys(_TYPED, ""), "over": officer.agency, **typed},
        problems=problems,
        done=next((word for word in get_args(AdministratorDone) if word == visit.query.get("done")), None),
        confirm_url=_confirm_url(visit, seen),
    )
    return visit.respond(page, status)


def _confirm_url(visit: Visit, seen: Seen) -> str | None:
    if visit.actor.fresh or not (seen.may_end or seen.givable or seen.revocable):
        return None
    return f"{CONFIRM}?{urlencode(query_of(visit.context.routes.places.word(ONE_PATH), visit.name))}"
