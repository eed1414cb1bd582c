"""The public transparency log: for programs as JSON, for people as a page. Nobody needs to be signed in."""

import re
from hashlib import sha256
from urllib.parse import urlsplit

import orjson
from starlette.requests import Request
from starlette.responses import Response

from idp.kernel.locales import Locale
from idp.protocol.forms import Form
from idp.transparency.model import StoredHead
from idp.transparency.reading import Excerpt
from idp.web.http.errors import WebError
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import query_form
from idp.web.transparency.dependencies import TransparencyDependencies
from idp.web.transparency.pages import CheckpointFacts, TransparencyPage, read_shown
from idp.web.transparency.paths import PATH

_OPEN = {"Access-Control-Allow-Origin": "*"}
# A minute passes between two checkpoints at least. What is complete stays as it is for ever; an hour at a time, so that
# a log that was mended is seen.
_SOON, _LATER = "public, max-age=10", "public, max-age=3600"
_NUMBER = re.compile(r"[0-9]{1,15}")
_ON_PAGE = 20


class TransparencyHandlers:
    """The addresses below /transparency."""

    def __init__(self, dependencies: TransparencyDependencies, context: PageContext) -> None:
        self._reader = dependencies.log
        self._issuer, self._origin = dependencies.issuer, _origin(dependencies.issuer)
        self._context = context

    async def checkpoint(self, request: Request) -> Response:
        """The newest. `signed` is what counts; the rest of it says the same in clear."""
        newest = await self._reader.newest()
        if newest is None:
            raise WebError(404, "not_found", "no checkpoint was signed yet")
        head = newest.head
        at = head.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        document = {"issuer": self._issuer, "size": head.size, "root": head.root, "at": at, "signed": newest.signed}
        return _answer(request, document, _SOON)

    async def entries(self, request: Request) -> Response:
        """Both inclusive (RFC 6962 4.6), a thousand at most."""
        asked = query_form(request)
        excerpt = await self._reader.excerpt(_number(asked, "start"), _number(asked, "end"))
        entries = [{"index": index, "leaf": leaf.decode("utf-8", "replace")} for index, leaf in excerpt.entries]
        document = {"size": excerpt.size, "entries": entries}
        # The size is that of now: an answer that never changes leaves it out.
        return _answer(request, {"entries": entries}, _LATER) if excerpt.whole else _answer(request, document, _SOON)

    async def inclusion(self, request: Request) -> Response:
        """GET /transparency/proof/inclusion?index=&size= (RFC 6962 2.1.1)."""
        asked = query_form(request)
        index, size = _number(asked, "index"), _number(asked, "size")
        proof = await self._reader.inclusion(index, size)
        path = [node.hex() for node in proof.path]
        return _answer(request, {"index": index, "size": size, "leaf_hash": proof.leaf.hex(), "path": path}, _LATER)

    async def consistency(self, request: Request) -> Response:
        """GET /transparency/proof/consistency?from=&to= (RFC 6962 2.1.2)."""
        asked = query_form(request)
        earlier, size = _number(asked, "from"), _number(asked, "to")
        path = [node.hex() for node in await self._reader.consistency(earlier, size)]
        return _answer(request, {"from": earlier, "to": size, "path": path}, _LATER)

    async def page(self, request: Request) -> Response:
        """What it is, the newest entries, the checkpoint."""
        locale, asked = self._context.locale(request), query_form(request)
        before = _number(asked, "before") if asked.get("before") else None
        newest = await self._reader.newest()
        excerpt = await self._reader.newest_first(before, _ON_PAGE)
        page = TransparencyPage(
            other_language_url=self._context.other_language_url(request, locale),
            origin=self._origin,
            checkpoint=_facts(newest, locale) if newest else None,
            entries=tuple(read_shown(index, leaf, excerpt.size, locale) for index, leaf in reversed(excerpt.entries)),
            older_url=_older(excerpt),
            newest_url=PATH if before is not None else None,
        )
        return self._context.respond(request, page, locale)


def _origin(issuer: str) -> str:
    """Return what the command takes: it calls an address without TLS only where its host is allowed by name."""
    address = urlsplit(issuer)
    return issuer if address.scheme == "https" else f"{issuer} --allow {address.netloc}"


def _older(excerpt: Excerpt) -> str | None:
    first = excerpt.entries[0][0] if excerpt.entries else 0
    return f"{PATH}?before={first}" if first else None


def _facts(newest: StoredHead, locale: Locale) -> CheckpointFacts:
    return CheckpointFacts(size=newest.head.size, root=newest.head.root, at=local_time(newest.head.at, locale))


def _number(asked: Form, name: str) -> int:
    value = asked.get(name)
    if asked.repeated or value is None or not _NUMBER.fullmatch(value):
        raise WebError(400, "invalid_request", f"{name} is no number")
    return int(value)


def _answer(request: Request, document: object, cache: str) -> Response:
    body = orjson.dumps(document)
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": cache, **_OPEN}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", 304, headers)
    return Response(body, media_type="application/json", headers=headers)
