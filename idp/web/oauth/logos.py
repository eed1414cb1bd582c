"""Logos of clients, from our own address: named by their content, so they may be kept for ever."""

import re
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from idp.web.http.errors import WebError

_PATH = "/logos"
ROUTE = f"{_PATH}/{{name}}"
_NAME = re.compile(r"[0-9a-f]{64}\.(png|jpg)")
_MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg"}
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    # Whoever opens it as a page gets a picture and nothing that runs.
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


class LogoReader(Protocol):
    """Reads the pictures that are kept."""

    async def find(self, name: str) -> bytes | None:
        """Return a picture by the name of its content; None if there is none."""


def logo_url(name: str | None) -> str | None:
    """Return where a client's logo is; None for a client without one."""
    return f"{_PATH}/{name}" if name is not None else None


class LogoHandlers:
    def __init__(self, logos: LogoReader) -> None:
        """Take where pictures are kept."""
        self._logos = logos

    async def show(self, request: Request) -> Response:
        """Return a picture; nothing is read for a name that none has."""
        named = _NAME.fullmatch(request.path_params["name"])
        content = await self._logos.find(named[0]) if named else None
        if named is None or content is None:
            raise WebError(404, "not_found")
        return Response(content, media_type=_MEDIA_TYPES[named[1]], headers=_HEADERS)
