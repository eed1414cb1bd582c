"""The console's pages of national settings: all of them, and one with its form, its document and its changes."""

import orjson
from starlette.responses import Response

from clients.document import Document
from clients.errors import Problem
from idp.admin.changes.differences import MemberDifference
from idp.admin.changes.model import ObjectKind
from idp.admin.clients.documents import read_raw
from idp.admin.errors import InvalidInputError, NotFoundError
from idp.admin.permissions import Permission, allows
from idp.admin.settings.subject import SettingSubject
from idp.web.admin.changes.entries import change_entry
from idp.web.admin.clients.pages import DifferenceEntry
from idp.web.admin.field_problems import problem_shown
from idp.web.admin.settings.forms import FORMS
from idp.web.admin.settings.pages import SettingEntry, SettingGroup, SettingListPage, SettingPage, SettingProblem
from idp.web.admin.settings.shapes import is_about
from idp.web.admin.visit import Visit
from idp.web.http.local_time import local_time
from records.structs import replace

LIST, ONE = "/admin/settings", "/admin/settings/{name}"
_CHANGES_SHOWN = 10


async def show_list(visit: Visit) -> Response:
    found = await visit.dependencies.settings.all(visit.actor)
    page = SettingListPage(
        other_language_url=visit.other_language_url,
        shell=visit.shell,
        settings=tuple(SettingEntry(name=one.followed.name, changed_at=_changed_at(visit, one)) for one in found),
    )
    return visit.respond(page)


async def show(visit: Visit) -> Response:
    subject = await visit.dependencies.settings.find(visit.actor, visit.name)
    return visit.respond(await _page(visit, subject, subject.document))


async def submit(visit: Visit) -> Response:
    """POST /admin/settings/NAME: `action` is check or propose, with -raw for the document instead of the fields."""
    settings, reason = visit.dependencies.settings, visit.form.get("reason") or ""
    act, _, raw = (visit.form.get("action") or "").partition("-")
    if act not in {"check", "propose"} or raw not in {"", "raw"}:
        raise NotFoundError("no such action")
    subject = await settings.find(visit.actor, visit.name, Permission.SETTINGS_CHANGE)
    typed, document = visit.form.get("raw") or "", subject.document
    try:
        document = read_raw(typed) if raw else FORMS[subject.followed.name].read(visit.form, subject.document)
        if act == "propose":
            change = await settings.propose(visit.actor, visit.name, _version(visit), document, reason)
            return visit.see_other(f"/admin/changes/{change.id}")
    except InvalidInputError as error:
        page = await _page(visit, subject, document, error.problems)
        return visit.respond(replace(page, reason=reason, raw=typed if raw else page.raw), 422)
    previewed = await settings.preview(visit.actor, visit.name, document)
    page = await _page(visit, subject, document, previewed.problems)
    shown = None if previewed.problems else tuple(_difference(one) for one in previewed.differences)
    return visit.respond(replace(page, reason=reason, differences=shown))


async def _page(
    visit: Visit, subject: SettingSubject, document: Document, problems: tuple[Problem, ...] = ()
) -> SettingPage:
    name = subject.followed.name
    changes = await visit.dependencies.clients.approvals.of_object(
        visit.actor, ObjectKind.SETTING, name, "", _CHANGES_SHOWN
    )
    groups = FORMS[name].groups(document, problems)
    return SettingPage(
        other_language_url=visit.other_language_url,
        action=visit.path,
        hidden=(*visit.hidden(), ("version", str(subject.version))),
        shell=visit.shell,
        name=name,
        changed_at=_changed_at(visit, subject),
        groups=groups,
        raw=orjson.dumps(document, option=orjson.OPT_INDENT_2).decode(),
        reason="",
        problems=tuple(SettingProblem(id=_element(one, groups), problem=problem_shown(one)) for one in problems),
        differences=None,
        changes=tuple(change_entry(one, visit.now, visit.locale) for one in changes),
        may_change=allows(visit.actor.grants, Permission.SETTINGS_CHANGE, ()),
    )


def _element(problem: Problem, groups: tuple[SettingGroup, ...]) -> str:
    if problem.field == "reason":
        return "propose-reason"
    fields = (field for group in groups for field in group.fields)
    return next((field.id for field in fields if is_about(problem, field.path)), "raw")


def _difference(one: MemberDifference) -> DifferenceEntry:
    return DifferenceEntry(member=one.member, removed=one.removed, added=one.added)


def _changed_at(visit: Visit, subject: SettingSubject) -> str:
    return local_time(subject.stored.changed_at, visit.locale) if subject.stored else ""


def _version(visit: Visit) -> int:
    typed = visit.form.get("version") or ""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else -1
