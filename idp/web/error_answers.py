"""An error as an answer: JSON for programs, a page with the next step for people."""

from math import ceil

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from clients.registry import ClientRegistry
from idp.metrics.counter import MetricsCounter
from idp.metrics.model import Place
from idp.protocol.answers import NO_STORE
from idp.web.admin_api.answers import ProblemAnswers
from idp.web.admin_api.routes import is_of_admin_api
from idp.web.http.edge import log_unexpected
from idp.web.http.error_page import ErrorPage
from idp.web.http.errors import PublicFace, public_face
from idp.web.http.page_context import PageContext
from idp.web.http.route import RouteFacts
from idp.web.sign_in.asking_portal import asking_portal
from idp.web.sign_in.paths import SIGN_IN

# Programs know the codes of RFC 6749 5.2; what our pages tell apart is for them one malformed request.
_PROGRAM_CODES = {"temporarily_unavailable", "server_error", "invalid_request"}
# What scanners ask for: no page of ours leads there, so no person is helped.
_NOBODYS_WAY = {"not_found", "method_not_allowed"}


class ErrorAnswers:
    """Turns errors into answers."""

    def __init__(
        self, context: PageContext, problems: ProblemAnswers, metrics: MetricsCounter, registry: ClientRegistry
    ) -> None:
        """Take what renders pages, what answers the programs of administrators, and the counter of help."""
        self._context = context
        self._registry = registry
        self._metrics = metrics
        self._problems = problems

    async def answer(self, scope: Scope, error: Exception) -> ASGIApp:
        """Return the answer to a request that failed with `error`."""
        if is_of_admin_api(str(scope["path"])):
            return self._problems.answer(scope, error)
        face = public_face(error)
        if face.unexpected:
            log_unexpected(scope, error)
        return self.of(Request(scope), face)

    def of(self, request: Request, face: PublicFace) -> Response:
        """Return the public face as JSON or as a page."""
        path = str(request.scope["path"])
        route = self._context.routes.of(path)
        for_programs = path.startswith("/.well-known/") if route is None else route.answers == "json"
        response = _json(face) if for_programs else self._page(request, face, route)
        response.headers.update(face.headers or {})
        if face.retry_after is not None:
            response.headers["Retry-After"] = str(ceil(face.retry_after.total_seconds()))
        return response

    def _page(self, request: Request, face: PublicFace, route: RouteFacts | None) -> Response:
        if face.code not in _NOBODYS_WAY:
            portal = asking_portal(request, self._registry, self._context.cookies)
            self._metrics.helped(portal, Place.ERROR_PAGE, face.code)
        # A query that cannot be read must not fail the page that says so.
        clean = Request({**request.scope, "query_string": b""})
        locale = self._context.locale(clean)
        page = ErrorPage(
            other_language_url=self._context.other_language_url(clean, locale),
            code=face.code,
            reference=str(request.scope.get("state", {}).get("correlation_id", "")),
            retry_after=face.retry_after,
            restart_url=_restart(request, face.code, route),
        )
        return self._context.respond(clean, page, locale, face.status)


def _restart(request: Request, code: str, route: RouteFacts | None) -> str | None:
    """Return where to begin again: a form that was refused or met a busy service is filled in anew, an expired
    registration starts over.
    """
    beginning = route.begins_at if route else None
    if code in {"form_rejected", "busy"}:
        return beginning or f"{request.scope['path']}?{request.scope['query_string'].decode('latin-1')}"
    if code in {"too_many_codes", "too_many_questions"}:
        return SIGN_IN
    return beginning if code == "request_expired" else None


def _json(face: PublicFace) -> Response:
    reported = "temporarily_unavailable" if face.code == "busy" else face.code
    code = reported if reported in _PROGRAM_CODES else "invalid_request"
    body = orjson.dumps({"error": code, "error_description": face.code.replace("_", " ")})
    return Response(body, face.status, dict(NO_STORE), media_type="application/json")
