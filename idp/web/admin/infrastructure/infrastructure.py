"""The console's pages of signing keys, registers and upstream providers."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from re import fullmatch

from starlette.responses import Response

from clients.errors import Problem
from idp.admin.actor import Actor
from idp.admin.changes.model import Change
from idp.admin.errors import InvalidInputError, NotFoundError
from idp.admin.infrastructure.register_overview import RegisterSeen
from idp.admin.infrastructure.signing_keys import KeySeen
from idp.admin.infrastructure.upstream_overview import UpstreamSeen
from idp.admin.permissions import Permission, allows
from idp.kernel.locales import Locale
from idp.outbound.health import ServiceHealth
from idp.outbound.record import ServiceRecord
from idp.web.admin.field_problems import problem_shown
from idp.web.admin.infrastructure.pages import (
    FaultRow,
    KeyRow,
    KeysPage,
    RegisterRow,
    RegistersPage,
    ServiceFacts,
    UpstreamRow,
    UpstreamsPage,
)
from idp.web.admin.paths import HOME
from idp.web.admin.visit import Visit
from idp.web.http.local_time import local_time
from idp.web.status.pages import CONDITIONS
from records.structs import replace

REGISTERS, UPSTREAMS = f"{HOME}/registers", f"{HOME}/upstreams"


async def show_keys(visit: Visit) -> Response:
    return visit.respond(await _keys_page(visit))


async def change_keys(visit: Visit) -> Response:
    """POST /admin/keys: `action` is rotate, revoke, or revoke-now."""
    form, keys = visit.fields("minutes", "kid", "reason"), visit.dependencies.infrastructure.key_changes
    try:
        match visit.form.get("action"):
            case "rotate":
                change = await keys.propose_rotation(visit.actor, _lead(form["minutes"]), form["reason"])
            case "revoke":
                change = await keys.propose_revocation(visit.actor, form["kid"], form["reason"])
            case "revoke-now":
                change = await keys.revoke_now(visit.actor, form["kid"], form["reason"])
            case _:
                raise NotFoundError("no such action")
    except InvalidInputError as error:
        page = await _keys_page(visit, error.problems)
        return visit.respond(replace(page, typed_minutes=form["minutes"]), 422)
    return visit.see_other(f"/admin/changes/{change.id}")


async def show_registers(visit: Visit) -> Response:
    return visit.respond(await _registers_page(visit))


async def stop_register(visit: Visit) -> Response:
    """POST /admin/registers: `action` is stop- and the register's name; it is out of service at once."""
    return await _stop(visit, visit.dependencies.infrastructure.stops.stop_register, _registers_page)


async def show_upstreams(visit: Visit) -> Response:
    return visit.respond(await _upstreams_page(visit))


async def stop_upstream(visit: Visit) -> Response:
    """POST /admin/upstreams: `action` is stop- and the provider's id; it is offered no longer, at once."""
    return await _stop(visit, visit.dependencies.infrastructure.stops.stop_upstream, _upstreams_page)


async def _keys_page(visit: Visit, problems: Sequence[Problem] = ()) -> KeysPage:
    seen = await visit.dependencies.infrastructure.keys.show(visit.actor)
    lead = seen.lead // timedelta(minutes=1)
    return KeysPage(
        other_language_url=visit.other_language_url,
        action=visit.path,
        hidden=visit.hidden(),
        shell=visit.shell,
        keys=tuple(_key(one, visit.locale) for one in seen.keys),
        next_rotation=_time(seen.next_rotation, visit.locale),
        lead_minutes=lead,
        typed_minutes=str(lead),
        may_change=_may_change(visit),
        problems=tuple(problem_shown(one) for one in problems),
    )


async def _registers_page(visit: Visit, problems: Sequence[Problem] = ()) -> RegistersPage:
    seen = await visit.dependencies.infrastructure.registers.show(visit.actor)
    return RegistersPage(
        other_language_url=visit.other_language_url,
        action=visit.path,
        hidden=visit.hidden(),
        shell=visit.shell,
        registers=tuple(_register(one, visit.locale) for one in seen),
        may_change=_may_change(visit),
        problems=tuple(problem_shown(one) for one in problems),
    )


async def _upstreams_page(visit: Visit, problems: Sequence[Problem] = ()) -> UpstreamsPage:
    seen = await visit.dependencies.infrastructure.upstreams.show(visit.actor)
    return UpstreamsPage(
        other_language_url=visit.other_language_url,
        action=visit.path,
        hidden=visit.hidden(),
        shell=visit.shell,
        upstreams=tuple(_upstream(one, visit.locale) for one in seen),
        may_change=_may_change(visit),
        problems=tuple(problem_shown(one) for one in problems),
    )


async def _stop(
    visit: Visit,
    stop: Callable[[Actor, str, str], Awaitable[Change]],
    page_of: Callable[[Visit, Sequence[Problem]], Awaitable[RegistersPage | UpstreamsPage]],
) -> Response:
    reason = visit.fields("reason")["reason"]
    try:
        change = await stop(visit.actor, _stopped(visit), reason)
    except InvalidInputError as error:
        return visit.respond(await page_of(visit, error.problems), 422)
    return visit.see_other(f"/admin/changes/{change.id}")


def _may_change(visit: Visit) -> bool:
    return allows(visit.actor.grants, Permission.SETTINGS_CHANGE, ())


def _stopped(visit: Visit) -> str:
    act, _, name = (visit.form.get("action") or "").partition("-")
    if act != "stop":
        raise NotFoundError("no such action")
    return name


def _lead(typed: str) -> timedelta:
    """Return what was typed; what is no number is told as too short a time."""
    return timedelta(minutes=int(typed) if fullmatch(r"[0-9]{1,6}", typed) else 0)


def _key(seen: KeySeen, locale: Locale) -> KeyRow:
    return KeyRow(
        kid=seen.kid,
        algorithm=seen.algorithm,
        phase=seen.phase,
        signs_from=_time(seen.signs_from, locale),
        signs_until=_time(seen.signs_until, locale),
        published_until=_time(seen.published_until, locale),
        tokens_until=_time(seen.tokens_until, locale),
    )


def _register(seen: RegisterSeen, locale: Locale) -> RegisterRow:
    return RegisterRow(
        name=seen.name,
        host=seen.host,
        in_service=seen.service.in_service,
        seconds=seen.service.budget // timedelta(seconds=1),
        facts=_facts(seen.health, seen.record, locale),
        waiting=seen.waiting.count if seen.waiting else 0,
        oldest=_time(seen.waiting.oldest_at if seen.waiting else None, locale),
        feed=seen.feed.cursor if seen.feed else "",
        reads_on=_time(seen.feed.reads_on_at if seen.feed else None, locale),
    )


def _upstream(seen: UpstreamSeen, locale: Locale) -> UpstreamRow:
    return UpstreamRow(
        id=seen.provider.id,
        name=seen.provider.name[locale],
        issuer=seen.provider.issuer,
        trust=seen.provider.trust,
        offered=seen.offered,
        facts=_facts(seen.health, seen.record, locale),
        metadata_at=_time(seen.freshness.metadata_at, locale),
        keys_at=_time(seen.freshness.keys_at, locale),
    )


def _facts(health: ServiceHealth, record: ServiceRecord, locale: Locale) -> ServiceFacts:
    pace = record.pace
    return ServiceFacts(
        condition=CONDITIONS[health.state],
        state=health.state,
        since=_time(health.since, locale),
        last_answer=_time(health.last_answer_at, locale),
        p50=_milliseconds(pace.p50) if pace else "",
        p95=_milliseconds(pace.p95) if pace else "",
        counted=pace.counted if pace else 0,
        faults=tuple(
            FaultRow(cause=one.cause, kind=one.kind, count=one.count, last_at=local_time(one.last_at, locale))
            for one in record.faults
        ),
    )


def _time(at: datetime | None, locale: Locale) -> str:
    return local_time(at, locale) if at else ""


def _milliseconds(took: timedelta) -> str:
    return f"{round(took.total_seconds() * 1000)} ms"
