"""The tree of agencies one level at a time, a search in it, and one agency with its history."""

from typing import get_args
from urllib.parse import quote, urlencode

from starlette.responses import Response

from idp.admin.agencies.service import AgencyView
from idp.admin.changes.model import ObjectKind
from idp.admin.permissions import Permission, allows, allows_somewhere
from idp.agencies.ports import AgencyRow
from idp.agencies.tree import Succession
from idp.kernel.locales import Locale
from idp.officers.roles import NATIONAL
from idp.web.admin.agencies.pages import (
    AgenciesPage,
    AgencyChange,
    AgencyDone,
    AgencyEntry,
    AgencyLink,
    AgencyPage,
    ChangeLink,
    PeriodEntry,
    SuccessionEntry,
)
from idp.web.admin.changes.entries import change_entry
from idp.web.admin.clients.pages import ChangeEntry
from idp.web.admin.visit import Visit
from idp.web.http.local_time import local_day

PATH = "/admin/agencies"
NEW_PATH = f"{PATH}/new"
_PAGE = 50
# A code is not longer, and no search needs more.
_LONGEST = 100
CHANGES: tuple[AgencyChange, ...] = get_args(AgencyChange)
_DONE: tuple[AgencyDone, ...] = get_args(AgencyDone)
_CHANGES_SHOWN = 10


async def list_page(visit: Visit) -> Response:
    """What is right below one (`below`), or what a text finds (`q`)."""
    agencies = visit.dependencies.agencies
    asked = {name: (visit.query.get(name) or "")[:_LONGEST] for name in ("q", "below", "after")}
    trail: tuple[AgencyRow, ...] = ()
    if asked["q"]:
        found = await agencies.search(visit.actor, asked["q"], asked["after"], _PAGE + 1)
    else:
        found = await agencies.below(visit.actor, asked["below"], asked["after"], _PAGE + 1)
        if asked["below"]:
            trail = await agencies.trail(visit.actor, asked["below"])
    shown = found[:_PAGE]
    kept = {name: asked[name] for name in ("q", "below") if asked[name]}
    page = AgenciesPage(
        other_language_url=visit.other_language_url,
        shell=visit.shell,
        trail=tuple(_link(row, visit.locale, below=True) for row in trail),
        top_url=PATH,
        entries=tuple(_entry(row, visit.locale) for row in shown),
        typed=asked["q"],
        next_url=f"{PATH}?{urlencode({**kept, 'after': shown[-1].code})}" if len(found) > _PAGE else None,
        new_url=_new_url(visit, asked["below"]),
    )
    return visit.respond(page)


async def show_page(visit: Visit) -> Response:
    view = await visit.dependencies.agencies.show(visit.actor, visit.name)
    agency, locale = view.agency, visit.locale
    names = agency.periods[-1].names if agency.periods else None
    page = AgencyPage(
        other_language_url=visit.other_language_url,
        shell=visit.shell,
        code=agency.code,
        kind=agency.kind,
        name=names.of(locale) if names else agency.code,
        other_name=names.of("en" if locale == "vi" else "vi") if names else "",
        founded=local_day(agency.founded_day.isoformat(), locale),
        closed=local_day(agency.closed_day.isoformat(), locale) if agency.closed_day else "",
        trail=tuple(_link(row, locale, below=False) for row in view.above),
        top_url=PATH,
        below_url=_below(agency.code),
        clients=view.own.clients,
        officers=view.own.officers,
        administrators=view.own.administrators,
        periods=tuple(_periods(view, locale)),
        history=tuple(_succession(one, agency.code, locale) for one in reversed(view.history)),
        changes=_changes(visit, view),
        done=next((change for change in _DONE if change == visit.query.get("done")), None),
        changes_of_two=await _changes_of_two(visit),
    )
    return visit.respond(page)


async def _changes_of_two(visit: Visit) -> tuple[ChangeEntry, ...]:
    """Return the changes of two agencies to whoever sees what the country decides; a role over an agency does not."""
    if not allows(visit.actor.grants, Permission.AGENCIES_READ, ()):
        return ()
    approvals = visit.dependencies.clients.approvals
    changes = await approvals.of_object(visit.actor, ObjectKind.AGENCY, visit.name, "", _CHANGES_SHOWN)
    return tuple(change_entry(change, visit.now, visit.locale) for change in changes)


def address_of(code: str) -> str:
    """Return the address of an agency's page."""
    return f"{PATH}/{quote(code, safe='')}"


def form_path(change: AgencyChange, code: str) -> str:
    """Return the address of a form that changes an agency."""
    return f"{PATH}/{change}/{quote(code, safe='')}"


def _below(code: str) -> str:
    return f"{PATH}?{urlencode({'below': code})}"


def _new_url(visit: Visit, below: str) -> str | None:
    if not _may_change(visit):
        return None
    return f"{NEW_PATH}?{urlencode({'parent': below})}" if below != NATIONAL else NEW_PATH


def _may_change(visit: Visit) -> bool:
    return allows_somewhere(visit.actor.grants, Permission.AGENCIES_CHANGE)


def _changes(visit: Visit, view: AgencyView) -> tuple[ChangeLink, ...]:
    if view.agency.open is None or not _may_change(visit):
        return ()
    return tuple(ChangeLink(change=one, url=form_path(one, view.agency.code)) for one in CHANGES if one != "found")


def _link(row: AgencyRow, locale: Locale, *, below: bool) -> AgencyLink:
    return AgencyLink(code=row.code, name=row.names.of(locale), url=_below(row.code) if below else address_of(row.code))


def _entry(row: AgencyRow, locale: Locale) -> AgencyEntry:
    return AgencyEntry(
        link=_link(row, locale, below=False),
        kind=row.kind,
        children=row.children,
        clients=row.clients,
        below_url=_below(row.code) if row.children else None,
    )


def _periods(view: AgencyView, locale: Locale) -> list[PeriodEntry]:
    return [
        PeriodEntry(
            from_day=local_day(one.from_day.isoformat(), locale),
            to_day=local_day(one.to_day.isoformat(), locale) if one.to_day else "",
            name=one.names.of(locale),
            parent=one.parent,
        )
        for one in reversed(view.agency.periods)
    ]


def _succession(one: Succession, own: str, locale: Locale) -> SuccessionEntry:
    return SuccessionEntry(
        kind=one.kind,
        day=local_day(one.day.isoformat(), locale),
        decision=one.decision,
        code=one.code,
        successor="" if one.successor == one.code else one.successor,
        url=address_of(one.code if one.successor == own else one.successor),
    )
