"""The console's pages of the audit log."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from re import fullmatch
from typing import get_args
from urllib.parse import quote, urlencode

from starlette.responses import Response, StreamingResponse

from clients.local_days import VIETNAM
from clients.model import ClientId
from idp.admin.audit.export import MEDIA_TYPES, ExportFormat, export_lines
from idp.admin.audit.search import AuditQuestion, LoggedEvent
from idp.admin.errors import NotFoundError
from idp.admin.permissions import Permission, allows, allows_somewhere
from idp.audit.model import EventName
from idp.kernel.ids import AccountId, EventId, PersonId, SessionId
from idp.kernel.locales import Locale
from idp.protocol.forms import Form
from idp.web.admin.audit.pages import AuditEventPage, AuditField, AuditLogPage, ChainEntry, EventEntry
from idp.web.admin.visit import Visit
from idp.web.http.local_time import local_time

PATH, ONE_PATH = "/admin/audit", "/admin/audit/{name}"
_PAGE = 50
_FIELDS: tuple[AuditField, ...] = get_args(AuditField)
_ID = r"[A-Za-z0-9._-]{1,128}"


async def show(visit: Visit) -> Response:
    """The newest events, or those that are looked for."""
    typed = _typed(visit.query)
    question, wrong = _read(typed)
    found = None if wrong else await visit.dependencies.audit.log.page(visit.actor, question, visit.after, _PAGE)
    following = found.before_id if found else None
    page = AuditLogPage(
        other_language_url=visit.other_language_url,
        action=PATH,
        hidden=visit.hidden(),
        shell=visit.shell,
        typed=typed,
        wrong=wrong,
        names=tuple(EventName),
        events=tuple(_entry(event, visit.locale) for event in found.events) if found else (),
        next_url=_address(typed, after=following) if following else None,
        may_export=allows_somewhere(visit.actor.grants, Permission.AUDIT_EXPORT),
        may_find_people=_may_find_people(visit),
        chain=await _chain(visit),
    )
    return visit.respond(page, 400 if wrong else 200)


async def submit(visit: Visit) -> Response:
    """Look for it, or what is looked for as a file."""
    fields = visit.fields(*_FIELDS, "format")
    typed = {name: fields[name].strip() for name in _FIELDS}
    question, wrong = _read(typed)
    if visit.form.get("action") != "export" or wrong:
        return visit.see_other(_address(typed))
    kind = ExportFormat.JSON_LINES if fields["format"] == ExportFormat.JSON_LINES else ExportFormat.CSV
    pieces = await export_lines(visit.dependencies.audit.log, visit.actor, question, kind)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="audit-events.{kind}"',
    }
    return StreamingResponse(pieces, headers=headers, media_type=MEDIA_TYPES[kind])


async def show_one(visit: Visit) -> Response:
    event = await visit.dependencies.audit.log.one(visit.actor, EventId(visit.name))
    page = AuditEventPage(
        other_language_url=visit.other_language_url,
        shell=visit.shell,
        entry=_entry(event, visit.locale),
        correlation_id=event.correlation_id,
        person_id=event.person_id or PersonId(""),
        session_id=event.session_id or SessionId(""),
        address=event.address,
        details=tuple(sorted(event.details.items())),
        withheld=not _may_find_people(visit),
        back_url=PATH,
    )
    return visit.respond(page)


def _address(typed: Mapping[AuditField, str], **more: str) -> str:
    """Return the address of a search: what was typed, as it was typed."""
    asked: dict[str, str] = {name: text for name, text in typed.items() if text}
    return f"{PATH}?{urlencode({**asked, **more})}"


async def _chain(visit: Visit) -> ChainEntry | None:
    try:
        state = await visit.dependencies.audit.chain.latest(visit.actor)
    except NotFoundError:
        return None
    return ChainEntry(
        number=state.checkpoint.number,
        sealed_at=local_time(state.checkpoint.sealed_at, visit.locale),
        events=state.checkpoint.total,
        overdue=state.overdue,
    )


def _may_find_people(visit: Visit) -> bool:
    return allows(visit.actor.grants, Permission.PEOPLE_FIND, ())


def _typed(form: Form) -> dict[AuditField, str]:
    return {name: (form.get(name) or "").strip() for name in _FIELDS}


def _read(typed: Mapping[AuditField, str]) -> tuple[AuditQuestion, tuple[AuditField, ...]]:
    """Return what is looked for, and the fields that say nothing that could be."""
    since, until = _midnight(typed["since"]), _midnight(typed["until"])
    known = typed["name"] in {*EventName}
    texts: tuple[AuditField, ...] = ("client_id", "actor", "account_id")
    wrong: list[AuditField] = [name for name in texts if typed[name] and not fullmatch(_ID, typed[name])]
    wrong += ["name"] if typed["name"] and not known else []
    wrong += ["since"] if typed["since"] and since is None else []
    wrong += ["until"] if typed["until"] and until is None else []
    question = AuditQuestion(
        name=EventName(typed["name"]) if known else None,
        client_id=ClientId(typed["client_id"]) if typed["client_id"] else None,
        actor=typed["actor"] or None,
        account_id=AccountId(typed["account_id"]) if typed["account_id"] else None,
        since=since,
        # The last day belongs to what is looked for.
        until=until + timedelta(days=1) if until else None,
    )
    return question, tuple(wrong)


def _midnight(day: str) -> datetime | None:
    """Return when a day begins in Viet Nam; None for a text that is none, or one that no event can be of."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return None
    return datetime.combine(found, time(), VIETNAM) if 1970 < found.year < 9000 else None


def _entry(event: LoggedEvent, locale: Locale) -> EventEntry:
    return EventEntry(
        id=event.id,
        url=f"{PATH}/{quote(event.id, safe='')}",
        at=local_time(event.at, locale),
        name=event.name,
        reason=event.reason,
        client_id=event.client_id or ClientId(""),
        actor_code=event.details.get("actor_code", ""),
    )
