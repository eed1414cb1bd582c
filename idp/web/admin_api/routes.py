"""The routes of the API: its operations, its document, its problems."""

from collections.abc import Iterable
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from idp.web.admin_api.answers import CATALOGUE, ProblemAnswers
from idp.web.admin_api.api import AdminApi
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.openapi import DOCUMENT, openapi_document
from idp.web.admin_api.operation import PREFIX, Operation
from idp.web.admin_api.table import OPERATIONS
from idp.web.http.route import GET, RouteFacts
from idp.web.http.router import Row

_CACHE = "public, max-age=300"


ROUTES = (
    *(RouteFacts(one.full_path, methods=(one.method,), answers="problem") for one in OPERATIONS),
    *(RouteFacts(path, methods=GET, answers="problem") for path in (DOCUMENT, CATALOGUE)),
)


def admin_api_rows(
    parts: AdminApiDependencies, problems: ProblemAnswers, operations: Iterable[Operation] = OPERATIONS
) -> list[Row]:
    """Return the operations, and what is published about them, served."""
    table = tuple(operations)
    api = AdminApi(parts)
    published = [(DOCUMENT, openapi_document(parts.issuer, table)), (CATALOGUE, problems.catalogue())]
    return [
        *((one.full_path, api.handler(one), (one.method,)) for one in table),
        *((path, _Published(body).answer, GET) for path, body in published),
    ]


def is_of_admin_api(path: str) -> bool:
    """Say whether programs of administrators call it: then errors are problem documents."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


class _Published:
    """A document that everybody may read, made once."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._headers = {"ETag": f'"{sha256(body).hexdigest()[:32]}"', "Cache-Control": _CACHE}

    async def answer(self, request: Request) -> Response:
        if request.headers.get("if-none-match") == self._headers["ETag"]:
            return Response(None, 304, self._headers)
        return Response(self._body, headers=self._headers, media_type="application/json")
