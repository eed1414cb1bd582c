"""Serves the operations of the table: lets in, reads, calls, answers. Each step is one line of `_served`."""

from collections.abc import Awaitable, Callable
from re import fullmatch

from starlette.requests import Request
from starlette.responses import Response

from clients.errors import Problem
from idp.admin.errors import AdminError
from idp.audit.model import EventName
from idp.kernel.locales import accepted_locale
from idp.protocol.forms import FormError, parse_form
from idp.web.admin_api.access import Admitted
from idp.web.admin_api.answers import good_answer
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.idempotency import Kept
from idp.web.admin_api.operation import Arrived, Operation
from idp.web.admin_api.problems import ApiError, Code, api_error
from idp.web.http.requests import read_body

# Opaque tags of ours; a weak one, a list or `*` names no version that anybody read (RFC 9110 13.1.1).
_ETAG = r'"([\x21\x23-\x7e]{1,128})"'
_TOO_OFTEN = "a parameter was sent more than once"


class AdminApi:
    """Answers requests to operations. What fails is raised, and becomes a problem at the edge."""

    def __init__(self, parts: AdminApiDependencies) -> None:
        self._parts = parts

    def handler(self, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
        """Return the handler of a route."""

        async def handle(request: Request) -> Response:
            return await self._answer(operation, request)

        return handle

    async def _answer(self, operation: Operation, request: Request) -> Response:
        now = self._parts.clock.now()
        admitted = await self._parts.access.admit(request, now)
        try:
            return await self._served(operation, request, admitted)
        except (AdminError, ApiError) as error:
            code = api_error(error).code
            # What cannot be read, or was read by somebody else before, is no attempt at anything.
            if code in _ATTEMPTS:
                details = {"operation": operation.name, **_object_of(request)}
                event = admitted.actor.event(EventName.ADMIN_REFUSED, now, reason=code, details=details)
                self._parts.ledger.enqueue(event)
            raise

    async def _served(self, operation: Operation, request: Request, admitted: Admitted) -> Response:
        admitted.demand_scope(operation.scope)
        if operation.permissions:
            admitted.actor.demand_somewhere(*operation.permissions)
        query = _query(request)
        body = await _body(operation, request)
        version = _version(operation, request)
        arrived = Arrived(
            parts=self._parts,
            actor=admitted.actor,
            now=self._parts.clock.now(),
            query=query,
            body=body,
            path=_path(request),
            version=version,
            locale=accepted_locale(request.headers.get("accept-language")),
        )
        if operation.wants_key:
            return await self._once(operation, request, arrived)
        return good_answer(operation, await operation.serve(arrived), request.headers.get("if-none-match"))

    async def _once(self, operation: Operation, request: Request, arrived: Arrived) -> Response:
        """Serve a POST once for its Idempotency-Key. A refusal changes nothing and gives the key back."""
        store = self._parts.answers
        asked = "\0".join((operation.name, str(request.scope["path"]), str(arrived.query), arrived.version))
        key = request.headers.get("idempotency-key")
        place = store.place(arrived.actor, key, asked, arrived.body)
        before = await store.begin(place)
        if before is not None:
            return Response(before.body, before.status, dict(before.headers))
        try:
            response = good_answer(operation, await operation.serve(arrived), None)
        except (AdminError, ApiError):
            await store.release(place)
            raise
        headers = tuple((name, value) for name, value in response.headers.items() if name != "content-length")
        await store.keep(place, Kept(place.mark, response.status_code, headers, bytes(response.body)))
        return response


# Refusals of something that was wanted, which the log keeps.
_ATTEMPTS = frozenset(
    {
        Code.INSUFFICIENT_SCOPE,
        Code.NOT_PERMITTED,
        Code.NOT_INDEPENDENT,
        Code.RIGHT_RESTS,
        Code.NOT_FOUND,
        Code.STRONGER_SIGN_IN,
        Code.STALE_VERSION,
        Code.CONFLICT,
        Code.SECOND_PERSON_NEEDED,
        Code.SECOND_PERSON_NOT_NEEDED,
        Code.TOO_LATE,
        Code.TOO_MANY,
        Code.INVALID_INPUT,
    }
)


def _object_of(request: Request) -> dict[str, str]:
    """Return the object that a path names, as far as it looks like an id of ours: no free text goes into the log."""
    names = {name: text for name, text in _path(request).items() if fullmatch(r"[A-Za-z0-9._-]{1,128}", text)}
    return {"object": next(iter(names.values()))} if names else {}


def _path(request: Request) -> dict[str, str]:
    names = {str(name): str(text) for name, text in request.scope.get("path_params", {}).items()}
    if any("\0" in text for text in names.values()):
        raise ApiError(Code.NOT_FOUND)
    return names


def _query(request: Request) -> dict[str, str]:
    try:
        form = parse_form(request.scope["query_string"])
    except FormError as error:
        raise ApiError(Code.INVALID_QUERY, [Problem("", "form", str(error), "encode it as UTF-8")]) from error
    if form.repeated:
        repeated = [Problem(name[:100], "repeated", _TOO_OFTEN, "send it once") for name in sorted(form.repeated)]
        raise ApiError(Code.INVALID_QUERY, repeated)
    return dict(form.data)


async def _body(operation: Operation, request: Request) -> bytes:
    """Return the body, bounded; anything but JSON is refused, and a body where none belongs."""
    body = await read_body(request)
    if not operation.takes_body:
        if body:
            raise ApiError(Code.MALFORMED_REQUEST, detail="a body where none belongs")
        return b""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ApiError(Code.UNSUPPORTED_MEDIA_TYPE, headers={"Accept": "application/json"})
    return body


def _version(operation: Operation, request: Request) -> str:
    """Return the version that If-Match names, where the operation changes an object (RFC 6585 3)."""
    if not operation.conditional:
        return ""
    shown = request.headers.get("if-match")
    if shown is None:
        raise ApiError(Code.PRECONDITION_REQUIRED)
    match = fullmatch(_ETAG, shown.strip())
    if match is None:
        raise ApiError(Code.STALE_VERSION, detail="If-Match names no version")
    return match[1]
