"""What works now, told to everybody: a page for people and the same as JSON for portals."""

from collections.abc import Mapping, Sequence

import orjson
from starlette.requests import Request
from starlette.responses import Response

from idp.kernel.locales import Locale
from idp.outbound.health import LineHealth
from idp.proofing.registers.health import RegisterName
from idp.settings.notices import Notice, NoticePlace
from idp.settings.peaks import Peak
from idp.upstream.model import UpstreamProvider
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageDesk
from idp.web.status.dependencies import StatusDependencies
from idp.web.status.pages import CONDITIONS, Condition, ExpectedLoad, RegisterStatus, StatusPage, UpstreamStatus
from idp.web.status.status_look import Look, Lookout

PATH, JSON = "/status", "/status.json"

_FOR_PORTALS = {"Cache-Control": "public, max-age=5", "Access-Control-Allow-Origin": "*"}


class StatusHandlers:
    """GET /status and /status.json; nobody needs to be signed in."""

    def __init__(self, dependencies: StatusDependencies, desk: PageDesk) -> None:
        """Take the use cases and the desk."""
        self._lookout = Lookout(
            dependencies.clock,
            dependencies.readiness,
            dependencies.register_watches,
            tuple(dependencies.federation.lines.values()),
        )
        self._federation = dependencies.federation
        self._desk = desk
        self._board = dependencies.board

    async def page(self, request: Request) -> Response:
        """GET /status."""
        look, locale = await self._lookout.look(), self._desk.locale(request)
        page = StatusPage(
            other_language_url=self._desk.other_language_url(request, locale),
            sign_in=_sign_in(look),
            registers=tuple(_told(health, locale) for health in look.registers),
            upstreams=tuple(
                self._upstream(line.provider, health, locale)
                for line, health in zip(self._federation.lines.values(), look.upstreams, strict=True)
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
            at=local_time(look.at, locale),
            reload_url=PATH,
        )
        return self._desk.respond(request, page, locale)

    def _upstream(self, provider: UpstreamProvider, health: LineHealth, locale: Locale) -> UpstreamStatus:
        return UpstreamStatus(
            id=provider.id,
            name=provider.name[locale],
            condition=CONDITIONS[health.state],
            since=local_time(health.since, locale) if health.since else "",
        )

    async def as_json(self, _request: Request) -> Response:
        """GET /status.json: the same for programs, with the breaker's state of each register; times by RFC 3339."""
        notices = self._board.at(NoticePlace.STATUS)
        return Response(
            status_json(await self._lookout.look(), notices, self._board.expected_load()),
            headers=_FOR_PORTALS,
            media_type="application/json",
        )


def status_json(look: Look, notices: Sequence[Notice] = (), peaks: Sequence[Peak] = ()) -> bytes:
    """Return a look as the document that portals read."""
    registers = {str(health.name): _as_dict(health) for health in look.registers}
    upstreams = {health.name.removeprefix("upstream-"): _as_dict(health) for health in look.upstreams}
    document = {
        "at": look.at,
        "sign_in": _sign_in(look),
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


def _sign_in(look: Look) -> Condition:
    return Condition.WORKING if look.sign_in_works else Condition.SILENT


def _told(health: LineHealth, locale: Locale) -> RegisterStatus:
    return RegisterStatus(
        name=RegisterName(health.name),
        condition=CONDITIONS[health.state],
        since=local_time(health.since, locale) if health.since else "",
        last_answer=local_time(health.last_answer_at, locale) if health.last_answer_at else "",
    )


def _as_dict(health: LineHealth) -> Mapping[str, object]:
    return {
        "condition": CONDITIONS[health.state],
        "state": health.state,
        "since": health.since,
        "last_answer_at": health.last_answer_at,
    }
