"""Where `idp transparency verify` reads a log: at its public addresses, or in a folder with a copy of them."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from idp.cli.errors import OperatorError
from idp.outbound.http import EgressError, HttpCaller, OutboundRequest, OutboundResponse
from idp.protocol.endpoints import JWKS
from idp.transparency.auditing import Published
from idp.web.transparency.paths import CHECKPOINT, INCLUSION

_DEADLINE = timedelta(seconds=20)
_LARGEST = 4 << 20
_PAGE = 500
_T = TypeVar("_T")
_CHECKPOINT, _KEYS, _ENTRIES = "checkpoint.json", "jwks.json", "entries.jsonl"


class Source(Published, Protocol):
    """A published log with its newest checkpoint and the keys that it is verified with."""

    async def checkpoint(self) -> bytes:
        """Return the newest checkpoint as it is published."""

    async def keys(self) -> bytes:
        """Return the key set (RFC 7517 5)."""


class _Entry(Struct):
    index: int
    leaf: str


class _Entries(Struct):
    entries: list[_Entry]


class _Proof(Struct):
    path: list[str]


class _Checkpoint(Struct):
    signed: str


class AtAddress(Struct, frozen=True):
    """A running provider."""

    base: str
    caller: HttpCaller

    async def checkpoint(self) -> bytes:
        return await self._get(CHECKPOINT)

    async def keys(self) -> bytes:
        return await self._get(JWKS)

    async def leaves(self, start: int, end: int) -> Sequence[bytes | None]:
        """GET /transparency/entries, as often as it takes: an answer may hold fewer than were asked for."""
        found: dict[int, bytes] = {}
        place = start
        while place < end:
            body = await self._get("/transparency/entries", start=place, end=end - 1)
            entries = _decoded(body, _Entries).entries
            found |= {entry.index: entry.leaf.encode("utf-8", "surrogatepass") for entry in entries}
            last = max((entry.index for entry in entries), default=place - 1)
            # The end of an answer that was cut short, or of all that is there.
            place = last + 1 if len(entries) == last + 1 - place and entries else end
        return [found.get(index) for index in range(start, end)]

    async def inclusion(self, index: int, size: int) -> Sequence[bytes]:
        """GET /transparency/proof/inclusion; where there is none, a path that proves nothing."""
        return await self._path(INCLUSION, index=index, size=size)

    async def consistency(self, earlier: int, size: int) -> Sequence[bytes]:
        """GET /transparency/proof/consistency; where there is none, a path that proves nothing."""
        return await self._path("/transparency/proof/consistency", **{"from": earlier, "to": size})

    async def _path(self, path: str, **asked: int) -> Sequence[bytes]:
        answer = await self._ask(path, asked)
        if answer.status != 200:
            return [b"no proof"]
        try:
            return [bytes.fromhex(node) for node in _decoded(answer.body, _Proof).path]
        except ValueError:
            return [b"no proof"]

    async def _get(self, path: str, **asked: int) -> bytes:
        answer = await self._ask(path, asked)
        if answer.status != 200:
            raise OperatorError(f"{self.base}{path} answers {answer.status}")
        return answer.body

    async def _ask(self, path: str, asked: dict[str, int]) -> OutboundResponse:
        url = f"{self.base}{path}" + (f"?{urlencode(asked)}" if asked else "")
        try:
            return await self.caller.call(OutboundRequest("GET", url, _DEADLINE, max_response_bytes=_LARGEST))
        except EgressError as error:
            raise OperatorError(f"{url}: no answer ({error.reason}: {error.detail})") from error


class InFolder(Struct, frozen=True):
    """A copy that was saved: the checkpoint, the keys, and the leaves of the entries, one a line."""

    folder: Path

    async def checkpoint(self) -> bytes:
        """Return the checkpoint that was saved."""
        return self._read(_CHECKPOINT)

    async def keys(self) -> bytes:
        """Return the keys that were saved."""
        return self._read(_KEYS)

    async def leaves(self, start: int, end: int) -> Sequence[bytes | None]:
        """Return lines of the file; None beyond its end."""
        lines = self._read(_ENTRIES).splitlines()
        return [lines[index] if index < len(lines) else None for index in range(start, end)]

    async def inclusion(self, index: int, size: int) -> None:
        """Return nothing: a copy has no proofs."""

    async def consistency(self, earlier: int, size: int) -> None:
        """Return nothing: the entries themselves show it."""

    def _read(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise OperatorError(f"{self.folder / name} cannot be read: {error.strerror}") from error


async def all_leaves(source: Source, size: int) -> list[bytes]:
    """Return the leaves of a log that was found to be whole."""
    pages = [await source.leaves(start, min(start + _PAGE, size)) for start in range(0, size, _PAGE)]
    return [leaf or b"" for page in pages for leaf in page]


def save(folder: Path, checkpoint: bytes, keys: bytes, leaves: Sequence[bytes]) -> None:
    """Write a copy for `InFolder`. What is there already is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _CHECKPOINT).write_bytes(checkpoint)
    (folder / _KEYS).write_bytes(keys)
    (folder / _ENTRIES).write_bytes(b"".join(leaf + b"\n" for leaf in leaves))


def signed_text(published: bytes) -> str:
    """Return the signed text of a checkpoint as it is published, or as the text alone was kept."""
    text = published.decode("utf-8", "replace").strip()
    return _decoded(published, _Checkpoint).signed if text.startswith("{") else text


def _decoded(body: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise OperatorError(f"the answer is not what a transparency log gives: {error}") from error
