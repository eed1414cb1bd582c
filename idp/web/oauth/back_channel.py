"""Handlers of the endpoints that programs call: token, introspection, revocation, userinfo."""

from collections.abc import Awaitable, Callable, Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response

from idp.oauth.back_channel import BackChannelRequest
from idp.protocol.answers import NO_STORE, Answer
from idp.protocol.tokens.bearer import ShownCredential
from idp.web.http.errors import WebError
from idp.web.http.requests import FORM_TYPE, body_form, origin_of, sender_of, shown_in_header
from idp.web.oauth.dependencies import BackChannelDependencies

UseCase = Callable[[BackChannelRequest], Awaitable[Answer]]


class BackChannelHandlers:
    """Parses, calls one use case, renders JSON."""

    def __init__(self, dependencies: BackChannelDependencies) -> None:
        self._dependencies = dependencies

    async def push(self, request: Request) -> Response:
        """POST /par (RFC 9126 2.1)."""
        return await answer_form(request, self._dependencies.pushed.answer)

    async def token(self, request: Request) -> Response:
        """POST /token (RFC 6749 3.2)."""
        return await answer_form(request, self._dependencies.token.answer)

    async def introspect(self, request: Request) -> Response:
        """POST /introspect (RFC 7662 2.1)."""
        return await answer_form(request, self._dependencies.inspection.introspect)

    async def revoke(self, request: Request) -> Response:
        """POST /revoke (RFC 7009 2.1)."""
        return await answer_form(request, self._dependencies.inspection.revoke)

    async def userinfo(self, request: Request) -> Response:
        """GET or POST /userinfo (OIDC Core 5.3.1)."""
        return render(await self._dependencies.userinfo.answer(await shown_tokens(request), sender_of(request)))


async def answer_form(request: Request, use_case: UseCase) -> Response:
    """Return the answer of a use case to a client's form."""
    form = await body_form(request)
    authorization = [value for name, value in request.scope["headers"] if name == b"authorization"]
    if len(authorization) > 1:
        raise WebError(400, "invalid_request", "two Authorization headers")
    shown = str(authorization[0], "latin-1") if authorization else None
    return render(await use_case(BackChannelRequest(form, shown, origin_of(request), sender_of(request))))


async def shown_tokens(request: Request) -> tuple[ShownCredential, ...]:
    """Return the access tokens shown in the header and the form body (RFC 6750 2.1, 2.2), never the query."""
    shown = list(shown_in_header(request))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and kind == FORM_TYPE:
        form = await body_form(request)
        if "access_token" in form.repeated:
            raise WebError(400, "invalid_request", "access_token twice")
        in_body = form.get("access_token")
        if in_body is not None:
            shown.append(ShownCredential("Bearer", in_body))
    return tuple(shown)


def render(answer: Answer) -> Response:
    """Return an answer as JSON."""
    response = Response(None if answer.body is None else orjson.dumps(answer.body), answer.status)
    usual = _USUAL_HEADERS if answer.headers is NO_STORE else _encoded(answer.headers)
    response.raw_headers = [*usual, (b"content-length", str(len(response.body)).encode("ascii"))]
    return response


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    named = {"content-type": "application/json", **headers}
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in named.items()]


# Encoded once: nearly every answer has these and no others.
_USUAL_HEADERS = _encoded(NO_STORE)
