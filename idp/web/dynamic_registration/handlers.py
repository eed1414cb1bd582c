"""Handlers of the client registration and configuration endpoints (RFC 7591 3, RFC 7592 2)."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from clients.model import ClientId
from idp.admin.dynamic_registration.service import DynamicRegistration
from idp.web.http.errors import WebError
from idp.web.http.requests import origin_of, read_body
from idp.web.oauth.back_channel import render

_JSON = "application/json"


class DynamicRegistrationHandlers:
    """Parses, calls one use case, renders JSON."""

    def __init__(self, service: DynamicRegistration) -> None:
        self._service = service

    async def register(self, request: Request) -> Response:
        """POST /client-registration (RFC 7591 3.1)."""
        body = partial(_json_body, request)
        return render(await self._service.register(_shown(request), body, origin_of(request)))

    async def read(self, request: Request) -> Response:
        """GET /client-registration/{client_id} (RFC 7592 2.1)."""
        return render(await self._service.read(_client(request), _shown(request), origin_of(request)))

    async def change(self, request: Request) -> Response:
        """PUT /client-registration/{client_id} (RFC 7592 2.2)."""
        body = partial(_json_body, request)
        return render(await self._service.change(_client(request), _shown(request), body, origin_of(request)))

    async def delete(self, request: Request) -> Response:
        """DELETE /client-registration/{client_id} (RFC 7592 2.3)."""
        return render(await self._service.delete(_client(request), _shown(request), origin_of(request)))


async def _json_body(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _JSON:
        raise WebError(415, "unsupported_media_type", "a registration is JSON (RFC 7591 3.1)")
    return await read_body(request)


def _client(request: Request) -> ClientId:
    return ClientId(str(request.path_params["client_id"]))


def _shown(request: Request) -> str | None:
    """Return the Bearer token of the header (RFC 6750 2.1); never one of the body or the query."""
    headers = request.headers.getlist("authorization")
    if len(headers) > 1:
        raise WebError(400, "invalid_request", "two Authorization headers")
    scheme, _, token = (headers[0] if headers else "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None
