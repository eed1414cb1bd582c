"""Handlers of what is published: discovery, keys, health, static files. No store is asked for the first two."""

from hashlib import sha256

import orjson
from starlette.requests import Request
from starlette.responses import Response

from idp.protocol.discovery import discovery_document
from idp.web.http.edge import because
from idp.web.http.errors import WebError
from idp.web.oauth.dependencies import PublishedDependencies
from idp.web.oauth.security_text import security_text

# Clients may keep the keys this long; a new key is published twice as long before it signs (keys.policy).
_CACHE = "public, max-age=300"
_OPEN = {"Access-Control-Allow-Origin": "*"}


class MetadataHandlers:
    """Answers from bytes made once."""

    def __init__(self, dependencies: PublishedDependencies, endpoints: dict[str, str]) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._document = orjson.dumps(discovery_document(dependencies.web.issuer, endpoints, dependencies.mutual_tls))
        self._etag = f'"{sha256(self._document).hexdigest()[:32]}"'

    async def discovery(self, request: Request) -> Response:
        """GET /.well-known/openid-configuration (OIDC Discovery 4) and the same by RFC 8414."""
        return _cached(request, self._document, self._etag)

    async def jwks(self, request: Request) -> Response:
        """GET /jwks.json (RFC 7517 5)."""
        return _cached(request, *self._dependencies.public_keys.jwks())

    async def security(self, request: Request) -> Response:
        """GET /.well-known/security.txt (RFC 9116 3): only where the operator names somebody, and until it expires."""
        contact = self._dependencies.security_contact
        if contact is None or not contact.stands(self._web.clock.now()):
            raise WebError(404, "not_found")
        body = security_text(self._web.issuer, contact)
        return Response(body, media_type="text/plain; charset=utf-8", headers={"Cache-Control": _CACHE})

    async def live(self, request: Request) -> Response:
        """The process answers."""
        return Response(b'{"status":"live"}', media_type="application/json", headers={"Cache-Control": "no-store"})

    async def ready(self, request: Request) -> Response:
        """200 while this process serves, be it without sign-ins ("degraded"); registers are told."""
        report = await self._dependencies.readiness.check()
        because(request, ", ".join(part for part, works in report.parts.items() if not works))
        watched = [await watch.health() for watch in self._dependencies.register_watches]
        registers = {str(health.name): health.state for health in watched}
        body = orjson.dumps({"status": report.status, "parts": dict(report.parts), "registers": registers})
        headers = {"Cache-Control": "no-store"}
        return Response(body, 200 if report.serves else 503, headers, media_type="application/json")

    async def static(self, request: Request) -> Response:
        """GET /static/…: style sheet and emblem, named by their content, so they may be kept for ever."""
        found = self._dependencies.assets.find(request.path_params["name"])
        if found is None:
            raise WebError(404, "not_found")
        return Response(
            found.content, media_type=found.media_type, headers={"Cache-Control": "public, max-age=31536000, immutable"}
        )


def _cached(request: Request, body: bytes, etag: str) -> Response:
    headers = {"ETag": etag, "Cache-Control": _CACHE, **_OPEN}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", 304, headers)
    return Response(body, media_type="application/json", headers=headers)
