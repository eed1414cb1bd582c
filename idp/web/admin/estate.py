"""The console's pages of signing keys, registers and upstream providers."""

from datetime import datetime, timedelta

from starlette.responses import Response

from idp.admin.register_lines import RegisterSeen
from idp.admin.signing_keys import KeySeen
from idp.admin.upstream_lines import UpstreamSeen
from idp.kernel.lines.health import LineHealth
from idp.kernel.lines.record import LineRecord
from idp.kernel.locales import Locale
from idp.web.admin.visit import Visit
from idp.web.local_time import local_time
from idp.web.pages.admin_estate import (
    FaultRow,
    KeyRow,
    KeysPage,
    LineFacts,
    RegisterRow,
    RegistersPage,
    UpstreamRow,
    UpstreamsPage,
)
from idp.web.pages.status import CONDITIONS

KEYS, REGISTERS, UPSTREAMS = "/admin/keys", "/admin/registers", "/admin/upstreams"


async def show_keys(visit: Visit) -> Response:
    """GET /admin/keys."""
    seen = await visit.parts.admin.estate.keys.show(visit.actor)
    page = KeysPage(
        other_language_url=visit.other_language_url,
        shell=visit.shell,
        keys=tuple(_key(one, visit.locale) for one in seen.keys),
        next_rotation=_time(seen.next_rotation, visit.locale),
        lead_minutes=seen.lead // timedelta(minutes=1),
    )
    return visit.respond(page)


async def show_registers(visit: Visit) -> Response:
    """GET /admin/registers."""
    seen = await visit.parts.admin.estate.registers.show(visit.actor)
    page = RegistersPage(
        other_language_url=visit.other_language_url,
        shell=visit.shell,
        registers=tuple(_register(one, visit.locale) for one in seen),
    )
    return visit.respond(page)


async def show_upstreams(visit: Visit) -> Response:
    """GET /admin/upstreams."""
    seen = await visit.parts.admin.estate.upstreams.show(visit.actor)
    page = UpstreamsPage(
        other_language_url=visit.other_language_url,
        shell=visit.shell,
        upstreams=tuple(_upstream(one, visit.locale) for one in seen),
    )
    return visit.respond(page)


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
        line=_line(seen.health, seen.record, locale),
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
        line=_line(seen.health, seen.record, locale),
        metadata_at=_time(seen.freshness.metadata_at, locale),
        keys_at=_time(seen.freshness.keys_at, locale),
    )


def _line(health: LineHealth, record: LineRecord, locale: Locale) -> LineFacts:
    pace = record.pace
    return LineFacts(
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
