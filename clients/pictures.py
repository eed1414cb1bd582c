"""Pictures that may be shown as our own: PNG and JPEG, small, and with nothing in them but the picture.

Both are read piece by piece and written anew without comments, positions, profiles and what follows the end. No other
kind is taken: SVG is a document with scripts (SVG 2, 15), and what else browsers show adds nothing to a logo.
"""

import struct
import zlib
from collections.abc import Iterator
from hashlib import sha256
from typing import Literal

from msgspec import Struct

from clients.errors import RuleBrokenError

MAX_BYTES = 64 * 1024
SMALLEST, LARGEST = 16, 1024
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
# PNG 11.2, 11.3.1: what draws. Anything else may be left out (5.4).
_PNG_DRAWS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
# ITU-T T.81 B.1.1.3: frames (their kinds differ by the last digit), and markers without a length.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN, _END = 0xDA, 0xD9
# JFIF says how colours are meant; Adobe's says whether they are inverted. Comments and all other additions go.
_JPEG_ADDS = frozenset(range(0xE1, 0xF0)) - {0xEE} | {0xFE}


class Picture(Struct, frozen=True):
    """One picture, without anything beside it."""

    kind: Literal["png", "jpg"]
    content: bytes

    @property
    def name(self) -> str:
        """Return the name by its content: whoever knows it knows that the picture is the one that was meant."""
        return f"{sha256(self.content).hexdigest()}.{self.kind}"


def read_picture(data: bytes) -> Picture:
    """Return the picture that somebody sent. Raises `RuleBrokenError` for anything that is none, or too large."""
    if len(data) > MAX_BYTES:
        raise RuleBrokenError("picture-size", "the picture is longer than 64 KiB", "make it smaller")
    try:
        if data.startswith(_PNG):
            (width, height), picture = _png(data)
        elif data.startswith(_JPEG):
            (width, height), picture = _jpeg(data)
        else:
            raise RuleBrokenError("picture-kind", "it is no PNG and no JPEG", "publish a picture of PNG or JPEG")
    except (struct.error, IndexError, zlib.error) as error:
        raise _damaged() from error
    if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
        reason = f"the picture has {width} by {height} pixels"
        raise RuleBrokenError("picture-dimensions", reason, f"make it {SMALLEST} to {LARGEST} pixels wide and high")
    return picture


def _png(data: bytes) -> tuple[tuple[int, int], Picture]:
    chunks = list(_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND" or len(chunks[0][1]) != 13:
        raise _damaged()
    width, height = struct.unpack_from(">II", chunks[0][1])
    kept = b"".join(_chunk(kind, body) for kind, body in chunks if kind in _PNG_DRAWS)
    return (width, height), Picture("png", _PNG + kept)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks up to the end of the picture (PNG 5.3)."""
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (check,) = struct.unpack_from(">I", data, at + 8 + length)
        if check != zlib.crc32(kind + body):
            raise _damaged()
        yield kind, body
        at += 12 + length


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _jpeg(data: bytes) -> tuple[tuple[int, int], Picture]:
    size: tuple[int, int] | None = None
    kept = bytearray(_JPEG)
    for marker, segment in _segments(data):
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", segment, 5)
            size = (width, height)
        if marker not in _JPEG_ADDS:
            kept += segment
    if size is None:
        raise _damaged()
    return size, Picture("jpg", bytes(kept))


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the segments of a JPEG, a scan with its data, up to the end of the picture (ITU-T T.81 B.1)."""
    at, marker = len(_JPEG), 0
    while marker != _END:
        if data[at] != 0xFF:
            raise _damaged()
        marker, begins = data[at + 1], at
        if marker != _END:
            (length,) = struct.unpack_from(">H", data, at + 2)
            at += 2 + length
            if length < 2 or at >= len(data):
                raise _damaged()
            if marker == _SCAN:
                at = _end_of_scan(data, at)
            yield marker, data[begins:at]
    yield _END, b"\xff\xd9"


def _end_of_scan(data: bytes, at: int) -> int:
    """Return where the next marker stands: in a scan's data FF is followed by 0 or by a restart (T.81 B.1.1.5)."""
    while data[at] != 0xFF or data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
        at += 1
    return at


def _damaged() -> RuleBrokenError:
    return RuleBrokenError("picture-damaged", "the picture is damaged", "publish a picture of PNG or JPEG")
