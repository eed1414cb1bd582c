"""The console's pages of clients: list, register, change, secrets, stop."""

from datetime import timedelta
from re import fullmatch
from typing import get_args
from urllib.parse import quote, urlencode

import orjson
from starlette.responses import Response

from clients.document import Document, document_of
from clients.errors import Problem
from clients.local_days import day_of
from clients.model import SECRET_METHODS, Client, ClientId, ClientKind, ClientSecret
from clients.profiles import profile_of
from clients.secret_age import secret_care
from clients.templates import TEMPLATES
from idp.admin.changes.model import Change
from idp.admin.clients.documents import read_raw
from idp.admin.clients.health import CheckCause, Judged
from idp.admin.clients.registrations import WithSecret
from idp.admin.errors import InvalidInputError, NotFoundError
from idp.admin.permissions import Permission, allows_somewhere
from idp.kernel.locales import Locale
from idp.web.admin.changes.entries import change_entry
from idp.web.admin.clients.forms import boxes_of, elsewhere, fields_of, members_of, sections_of, with_form
from idp.web.admin.clients.pages import (
    ClientDone,
    ClientEntry,
    ClientListPage,
    ClientPage,
    ClientSecretPage,
    KeySetWarning,
    RegisterClientPage,
    SecretEntry,
)
from idp.web.admin.field_problems import problem_shown
from idp.web.admin.visit import Visit
from idp.web.http.local_time import local_time
from records.structs import replace

LIST, NEW, ONE = "/admin/clients", "/admin/clients/new", "/admin/clients/{name}"
_PAGE, _CHANGES_SHOWN = 50, 10
# No name is longer, and no search needs more.
_LONGEST = 100
_HOUR = timedelta(hours=1)
_DONE: dict[str, ClientDone] = {word: word for word in get_args(ClientDone)}


async def show_list(visit: Visit) -> Response:
    after, typed = ClientId(visit.after), (visit.query.get("q") or "")[:_LONGEST]
    found = await visit.dependencies.clients.directory.page(visit.actor, after, _PAGE + 1, day_of(visit.now), typed)
    shown = found[:_PAGE]
    failing = await visit.dependencies.clients.doctor.failing(shown)
    may_register = allows_somewhere(visit.actor.grants, Permission.CLIENTS_CHANGE)
    page = ClientListPage(
        other_language_url=visit.other_language_url,
        shell=visit.shell,
        clients=tuple(_entry(client, visit.locale, fails=client.client_id in failing) for client in shown),
        typed=typed,
        next_url=_list_url(typed, shown[-1].client_id) if len(found) > _PAGE else None,
        first_url=_list_url(typed) if after else None,
        kinds=tuple(TEMPLATES) if may_register else (),
    )
    return visit.respond(page)


def _list_url(typed: str, after: str = "") -> str:
    kept = {name: value for name, value in (("q", typed), ("after", after)) if value}
    return f"{LIST}?{urlencode(kept)}" if kept else LIST


async def show_new(visit: Visit) -> Response:
    kind = _kind(visit.query.get("kind"))
    return visit.respond(
        _new_page(visit, kind, {**TEMPLATES[kind].members, "agency": visit.actor.agency}), asks_itself=True
    )


async def register(visit: Visit) -> Response:
    """The sandbox, and the secret on the page that follows."""
    kind = _kind(visit.form.get("kind"))
    document = with_form(dict(TEMPLATES[kind].members), visit.form, new=True)
    if visit.form.get("action") == "check":
        previewed = await visit.dependencies.clients.registrations.preview(visit.actor, ClientId(""), document)
        return visit.respond(_new_page(visit, kind, document, previewed.problems), asks_itself=True)
    try:
        made = await visit.dependencies.clients.registrations.register(visit.actor, document)
    except InvalidInputError as error:
        return visit.respond(_new_page(visit, kind, document, error.problems), 422, asks_itself=True)
    if made.secret is None:
        return visit.see_other(_address(made.client.client_id, "registered", made.key_set))
    return _secret_page(visit, made)


async def show(visit: Visit) -> Response:
    client = await visit.dependencies.clients.registrations.find(visit.actor, ClientId(visit.name))
    return visit.respond(await _page(visit, client, document_of(client)), asks_itself=True)


async def submit(visit: Visit) -> Response:
    """POST /admin/clients/ID: `action` says what."""
    registrations, form, client_id = visit.dependencies.clients.registrations, visit.form, ClientId(visit.name)
    reason = form.get("reason") or ""
    match form.get("action"):
        case "rotate":
            hours = _hours(form.get("overlap") or "")
            return _secret_page(
                visit, await registrations.rotate_secret(visit.actor, client_id, _version(visit), hours * _HOUR)
            )
        case "stop":
            await registrations.stop(visit.actor, client_id, reason)
            return visit.see_other(_address(client_id, "stopped"))
        case "enable":
            await registrations.ask_to_enable(visit.actor, client_id, reason)
            return visit.see_other(_address(client_id, "asked"))
        case "check":
            return await _check(visit)
        case "save" | "save-raw" | "production" as action:
            return await _change(visit, action, reason)
        case _:
            raise NotFoundError("no such action")


async def _check(visit: Visit) -> Response:
    """Answer with the page as it would be after sending: what is wrong, and what saving would take."""
    registrations = visit.dependencies.clients.registrations
    client = await registrations.find(visit.actor, ClientId(visit.name))
    document = with_form(document_of(client), visit.form, new=False)
    previewed = await registrations.preview(visit.actor, ClientId(visit.name), document)
    page = replace(await _page(visit, client, document, previewed.problems), needs=previewed.needs)
    return visit.respond(page, asks_itself=True)


async def _change(visit: Visit, action: str, reason: str) -> Response:
    registrations = visit.dependencies.clients.registrations
    client = await registrations.find(visit.actor, ClientId(visit.name))
    document = document_of(client)
    try:
        if action == "save-raw":
            document = read_raw(visit.form.get("raw") or "")
        elif action == "production":
            document = {**document, "stage": "production"}
        else:
            document = with_form(document, visit.form, new=False)
        done = await registrations.change(visit.actor, ClientId(visit.name), _version(visit), document, reason)
    except InvalidInputError as error:
        raw = visit.form.get("raw") if action == "save-raw" else None
        return visit.respond(await _page(visit, client, document, error.problems, raw), 422, asks_itself=True)
    if isinstance(done, Change):
        return visit.see_other(f"/admin/changes/{done.id}")
    return visit.see_other(_address(ClientId(visit.name), "saved", await registrations.check_key_set(done)))


def _new_page(
    visit: Visit, kind: ClientKind, document: Document, problems: tuple[Problem, ...] = ()
) -> RegisterClientPage:
    members = members_of(document, new=True)
    return RegisterClientPage(
        other_language_url=visit.other_language_url,
        action=f"{NEW}?{urlencode({'kind': kind})}",
        hidden=(*visit.hidden(), ("kind", kind), boxes_of(members)),
        shell=visit.shell,
        kind=kind,
        sections=sections_of(fields_of(document, members, problems)),
        problems=elsewhere(problems, members),
    )


async def _page(
    visit: Visit, client: Client, document: Document, problems: tuple[Problem, ...] = (), raw: str | None = None
) -> ClientPage:
    changes = await visit.dependencies.clients.approvals.of_client(visit.actor, client.client_id, "", _CHANGES_SHOWN)
    members, grants = members_of(document, new=False), visit.actor.grants
    written = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() if raw is None else raw
    return ClientPage(
        other_language_url=visit.other_language_url,
        action=visit.path,
        hidden=(*visit.hidden(), ("version", str(client.version)), boxes_of(members)),
        shell=visit.shell,
        client_id=client.client_id,
        name=client.name(visit.locale),
        agency=client.agency or "",
        kind=client.kind,
        stage=client.stage,
        active=client.active,
        profile=client.security_profile,
        certification=profile_of(client).operators_only,
        sections=sections_of(fields_of(document, members, problems)),
        raw=written,
        problems=tuple(problem_shown(problem) for problem in problems),
        secrets=tuple(_secret(one, visit) for one in client.secrets if one.usable(visit.now)),
        uses_secret=client.token_endpoint_auth_method in SECRET_METHODS,
        secret_care=secret_care(client, visit.now),
        changes=tuple(change_entry(change, visit.now, visit.locale) for change in changes),
        needs=None,
        may_change=allows_somewhere(grants, Permission.CLIENTS_CHANGE),
        may_rotate=allows_somewhere(grants, Permission.CLIENTS_SECRET),
        may_stop=allows_somewhere(grants, Permission.CLIENTS_STOP),
        done=_DONE.get(visit.query.get("done") or ""),
        key_set=_key_set(visit),
    )


def _secret_page(visit: Visit, made: WithSecret) -> Response:
    page = ClientSecretPage(
        other_language_url=visit.other_language_url,
        shell=visit.shell,
        client_id=made.client.client_id,
        secret=made.secret or "",
        earlier_end_at=local_time(made.earlier_end_at, visit.locale) if made.earlier_end_at else "",
    )
    return visit.respond(page)


def _entry(client: Client, locale: Locale, *, fails: bool) -> ClientEntry:
    return ClientEntry(
        client_id=client.client_id,
        name=client.name(locale),
        agency=client.agency or "",
        stage=client.stage,
        active=client.active,
        fails=fails,
    )


def _secret(secret: ClientSecret, visit: Visit) -> SecretEntry:
    return SecretEntry(
        created_at=local_time(secret.created_at, visit.locale),
        expires_at=local_time(secret.expires_at, visit.locale) if secret.expires_at else "",
    )


def _kind(typed: str | None) -> ClientKind:
    for kind in TEMPLATES:
        if kind == typed:
            return kind
    return "web_portal"


def _version(visit: Visit) -> int:
    typed = visit.form.get("version") or ""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else -1


def _hours(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 5):
        raise InvalidInputError([Problem("overlap", "form", "the hours are no whole number", "write a number")])
    return int(typed)


def _address(client_id: ClientId, done: ClientDone, key_set: Judged | None = None) -> str:
    problem_shown = {"done": done} | ({"keys": f"{key_set.cause} {key_set.detail}"} if key_set else {})
    return f"{LIST}/{quote(client_id, safe='')}?{urlencode(problem_shown)}"


def _key_set(visit: Visit) -> KeySetWarning | None:
    """Return what was found of the key set that was just saved, as the address says it: known words only."""
    cause, _, detail = (visit.query.get("keys") or "").partition(" ")
    if not cause or cause not in CheckCause._value2member_map_:
        return None
    return KeySetWarning(cause=CheckCause(cause), detail=detail if fullmatch("[0-9]{1,4}", detail) else "")
