"""The forms that change the tree of agencies: one page for each change, all made the same way."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from re import fullmatch
from typing import Literal

from starlette.responses import Response

from clients.errors import Problem
from clients.model import ClientId
from idp.admin.agencies.commands import Close, Command, Found, Merge, Move, Rename, Split
from idp.admin.agencies.rules import AgencyRule
from idp.admin.agencies.service import AgencyView
from idp.admin.changes.differences import MemberDifference
from idp.admin.errors import InvalidInputError, NotFoundError
from idp.admin.permissions import Permission
from idp.agencies.tree import AgencyKind, AgencyNames
from idp.officers.roles import NATIONAL
from idp.web.admin.agencies.agencies import NEW_PATH, PATH, address_of
from idp.web.admin.agencies.pages import HINTED, AgencyChange, AgencyField, AgencyFormPage, AgencyProblem
from idp.web.admin.clients.pages import DifferenceEntry
from idp.web.admin.visit import Visit

# The button that shows what sending would do, and sends nothing.
PREVIEW = "look"
Handler = Callable[[Visit], Awaitable[Response]]
_DECIDED: tuple[AgencyField, ...] = ("decision", "day")
_FIELDS: Mapping[AgencyChange, tuple[AgencyField, ...]] = {
    "found": ("code", "kind", "name_vi", "name_en", "parent", *_DECIDED),
    "rename": ("name_vi", "name_en", *_DECIDED),
    "move": ("parent", *_DECIDED),
    "merge": ("codes", "into", "name_vi", "name_en", *_DECIDED),
    "split": (
        "first_code", "first_name_vi", "first_name_en", "second_code", "second_name_vi", "second_name_en",
        "children", "clients", *_DECIDED,
    ),
    "close": _DECIDED,
}  # fmt: skip
# How use cases name what a form calls otherwise.
_NAMED = {"parts.0.": "first_", "parts.1.": "second_", "into.code": "into", "into.": ""}


async def new_page(visit: Visit) -> Response:
    return _page(visit, "found", None, {"parent": visit.query.get("parent") or ""}, ())


async def found(visit: Visit) -> Response:
    return await _carry_out(visit, "found", None)


def form_of(change: AgencyChange) -> Handler:
    """Return GET /admin/agencies/…/{name}."""

    async def show(visit: Visit) -> Response:
        view = await _viewed(visit)
        return _page(visit, change, view, _prefilled(change, view), ())

    return show


def act_of(change: AgencyChange) -> Handler:
    """Return POST /admin/agencies/…/{name}."""

    async def act(visit: Visit) -> Response:
        return await _carry_out(visit, change, await _viewed(visit))

    return act


async def _viewed(visit: Visit) -> AgencyView:
    view = await visit.dependencies.agencies.show(visit.actor, visit.name, Permission.AGENCIES_CHANGE)
    if view.agency.open is None:
        raise NotFoundError("a closed agency is changed no more")
    return view


async def _carry_out(visit: Visit, change: AgencyChange, view: AgencyView | None) -> Response:
    typed: dict[str, str] = {name: visit.form.get(name) or "" for name in _FIELDS[change]}
    try:
        command, day = _command(change, view, typed), _day(typed["day"])
        read = {view.agency.code: _version(visit)} if view is not None else None
        if visit.form.get("action") == PREVIEW and not isinstance(command, Found | Rename):
            seen = await visit.dependencies.agencies.preview(visit.actor, command, typed["decision"], day, read)
            return _page(visit, change, view, typed, (), differences=seen)
        made = await visit.dependencies.agencies.change(visit.actor, command, typed["decision"], day, read)
    except InvalidInputError as error:
        return _page(visit, change, view, typed, error.problems, 422)
    if made is not None:
        return visit.see_other(f"/admin/changes/{made.id}")
    code = view.agency.code if view is not None else typed["code"].strip()
    return visit.see_other(f"{address_of(code)}?done={change}")


def _command(change: AgencyChange, view: AgencyView | None, typed: Mapping[str, str]) -> Command:
    if view is None:
        kind = next((one for one in AgencyKind if one == typed["kind"]), AgencyKind.UNIT)
        return Found(typed["code"].strip(), kind, typed["parent"].strip(), _names(typed))
    code, kind, last = view.agency.code, view.agency.kind, view.agency.open
    parent = last.parent if last else NATIONAL
    match change:
        case "rename":
            return Rename(code, _names(typed))
        case "move":
            return Move(code, typed["parent"].strip())
        case "merge":
            into = typed["into"].strip()
            new = Found(into, kind, parent, _names(typed)) if typed["name_vi"] or typed["name_en"] else into
            return Merge(tuple(typed["codes"].split()), new)
        case "split":
            first, second = (
                Found(typed[f"{part}_code"].strip(), kind, parent, _names(typed, f"{part}_"))
                for part in ("first", "second")
            )
            return Split(
                code,
                (first, second),
                dict.fromkeys(typed["children"].split(), second.code),
                dict.fromkeys(map(ClientId, typed["clients"].split()), second.code),
            )
        case _:
            return Close(code)


def _names(typed: Mapping[str, str], part: str = "") -> AgencyNames:
    return AgencyNames.typed(typed[f"{part}name_vi"], typed[f"{part}name_en"])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        problem = Problem("day", AgencyRule.DAY_FORM, "it is no day", "write YYYY-MM-DD")
        raise InvalidInputError([problem]) from error


def _version(visit: Visit) -> int:
    version = visit.form.get("version") or ""
    return int(version) if fullmatch(r"[0-9]{1,15}", version) else -1


def _prefilled(change: AgencyChange, view: AgencyView) -> Mapping[str, str]:
    last = view.agency.open
    if last is None:
        return {}
    match change:
        case "rename":
            return {"name_vi": last.names.vi, "name_en": last.names.en}
        case "move":
            return {"parent": last.parent}
        case "merge":
            return {"codes": view.agency.code}
        case _:
            return {}


def _page(
    visit: Visit,
    change: AgencyChange,
    view: AgencyView | None,
    typed: Mapping[str, str],
    problems: tuple[Problem, ...],
    status: int = 200,
    differences: tuple[MemberDifference, ...] | None = None,
) -> Response:
    last = view.agency.open if view else None
    fields = _FIELDS[change]
    page = AgencyFormPage(
        other_language_url=visit.other_language_url,
        action=visit.path if view else NEW_PATH,
        hidden=(*visit.hidden(), *((("version", str(view.agency.version)),) if view else ())),
        shell=visit.shell,
        change=change,
        code=view.agency.code if view else "",
        name=last.names.of(visit.locale) if last else "",
        back_url=address_of(view.agency.code) if view else PATH,
        fields=fields,
        hinted=HINTED if change == "merge" else tuple(name for name in HINTED if name != "name_vi"),
        typed={name: typed.get(name, "") for name in fields},
        kinds=tuple(AgencyKind),
        problems=tuple(_problem(one, fields) for one in problems),
        differences=None if differences is None else tuple(_difference(one) for one in differences),
        children=view.children if view else 0,
        clients=view.own.clients if view else (),
        officers=view.own.officers if view else 0,
    )
    return visit.respond(page, status)


def _difference(one: MemberDifference) -> DifferenceEntry:
    return DifferenceEntry(member=one.member, removed=one.removed, added=one.added)


def _problem(problem: Problem, fields: tuple[AgencyField, ...]) -> AgencyProblem:
    name = problem.field
    for problem_shown, ours in _NAMED.items():
        if name.startswith(problem_shown):
            name = ours + name.removeprefix(problem_shown)
            break
    field: AgencyField | Literal[""] = next((one for one in fields if one == name), "")
    return AgencyProblem(field=field, rule=AgencyRule(problem.rule))
