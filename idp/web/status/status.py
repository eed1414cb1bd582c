"""What works now: a page for people, and the same as JSON for portals."""

from collections.abc import Mapping, Sequence

import orjson
from starlette.requests import Request
from starlette.responses import Response

from idp.kernel.locales import Locale
from idp.outbound.health import ServiceHealth
from idp.proofing.registers.health import RegisterName
from idp.settings.notices import Notice, NoticePlace
from idp.settings.peaks import Peak
from idp.upstream.model import UpstreamProvider
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.status.dependencies import StatusDependencies
from idp.web.status.pages import CONDITIONS, Condition, ExpectedLoad, RegisterStatus, StatusPage, UpstreamStatus
from idp.web.status.status_snapshot import StatusReader, StatusSnapshot

PATH, JSON = "/status", "/status.json"

_FOR_PORTALS = {"Cache-Control": "public, max-age=5", "Access-Control-Allow-Origin": "*"}


class StatusHandlers:
    """GET /status and /status.json; nobody needs to be signed in."""

    def __init__(self, dependencies: StatusDependencies, context: PageContext) -> None:
        self._status = StatusReader(
            dependencies.clock,
            dependencies.readiness,
            dependencies.register_watches,
            tuple(dependencies.federation.services.values()),
        )
        self._federation = dependencies.federation
        self._context = context
        self._board = dependencies.board

    async def page(self, request: Request) -> Response:
        snapshot, locale = await self._status.snapshot(), self._context.locale(request)
        page = StatusPage(
            other_language_url=self._context.other_language_url(request, locale),
            sign_in=_sign_in(snapshot),
            registers=tuple(_shown(health, locale) for health in snapshot.registers),
            upstreams=tuple(
                self._upstream(service.provider, health, locale)
                for service, health in zip(self._federation.services.values(), snapshot.upstreams, strict=True)
            ),
            expected_load=tuple(
                ExpectedLoad(
                    id=one.id,
                    name=one.name[locale],
                    begins=local_time(one.starts_at, locale),
                    ends=local_time(one.ends_at, locale),
                )
                for one in self._board.expected_load()
            ),
            at=local_time(snapshot.at, locale),
            reload_url=PATH,
        )
        return self._context.respond(request, page, locale)

    def _upstream(self, provider: UpstreamProvider, health: ServiceHealth, locale: Locale) -> UpstreamStatus:
        return UpstreamStatus(
            id=provider.id,
            name=provider.name[locale],
            condition=CONDITIONS[health.state],
            since=local_time(health.since, locale) if health.since else "",
        )

    async def as_json(self, _request: Request) -> Response:
        """Return the status for programs, with the breaker's state of each register; times by RFC 3339."""
        notices = self._board.at(NoticePlace.STATUS)
        return Response(
            status_json(await self._status.snapshot(), notices, self._board.expected_load()),
            headers=_FOR_PORTALS,
            media_type="application/json",
        )


def status_json(snapshot: StatusSnapshot, notices: Sequence[Notice] = (), peaks: Sequence[Peak] = ()) -> bytes:
    """Return a snapshot as the document that portals read."""
    registers = {str(health.name): _as_dict(health) for health in snapshot.registers}
    upstreams = {health.name.removeprefix("upstream-"): _as_dict(health) for health in snapshot.upstreams}
    document = {
        "at": snapshot.at,
        "sign_in": _sign_in(snapshot),
        "registers": registers,
        "upstreams": upstreams,
        "notices": [
            {
                "id": one.id,
                "severity": one.severity,
                "from": one.starts_at,
                "until": one.ends_at,
                "text": dict(one.text),
            }
            for one in notices
        ],
        "expected_load": [
            {"id": one.id, "from": one.starts_at, "until": one.ends_at, "name": dict(one.name)} for one in peaks
        ],
    }
    return orjson.dumps(document)


def _sign_in(snapshot: StatusSnapshot) -> Condition:
    return Condition.WORKING if snapshot.sign_in_works else Condition.SILENT


def _shown(health: ServiceHealth, locale: Locale) -> RegisterStatus:
    return RegisterStatus(
        name=RegisterName(health.name),
        condition=CONDITIONS[health.state],
        since=local_time(health.since, locale) if health.since else "",
        last_answer=local_time(health.last_answer_at, locale) if health.last_answer_at else "",
    )


def _as_dict(health: ServiceHealth) -> Mapping[str, object]:
    return {
        "condition": CONDITIONS[health.state],
        "state": health.state,
        "since": health.since,
        "last_answer_at": health.last_answer_at,
    }
