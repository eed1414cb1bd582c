"""A Bloom filter in a file: a thousand million known passwords in under two gigabytes, mapped and never loaded whole.

The file is a header of 32 bytes (mark, bits, hashes for each password, passwords) and the bits.
"""

import math
import mmap
import struct
from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path
from typing import BinaryIO, Self

from msgspec import Struct

_MARK = b"IDPBLOOM"
_HEADER = struct.Struct("<8sQQQ")
_TWO_HASHES = struct.Struct("<QQ")
# One honest password in a thousand is refused without need, and its owner chooses another.
_WRONGLY_KNOWN = 0.001


class FilterFileError(ValueError):
    """A file is no filter of ours, or was cut short."""


class FilterShape(Struct, frozen=True):
    """How many bits the filter has, how many of them each password sets, and how many passwords it holds."""

    bits: int
    hashes: int
    passwords: int

    @classmethod
    def for_passwords(cls, count: int) -> Self:
        """Return the shape that takes `count` passwords with one false answer in a thousand (Bloom 1970)."""
        bits = max(64, math.ceil(-count * math.log(_WRONGLY_KNOWN) / math.log(2) ** 2))
        hashes = max(1, round(bits / max(1, count) * math.log(2)))
        return cls(bits, min(hashes, 32), count)

    @property
    def file_size(self) -> int:
        """Return the size of the file in bytes."""
        return _HEADER.size + (self.bits + 7) // 8

    def places(self, digest: bytes) -> Iterator[int]:
        """Yield the bits of a SHA-1 digest: its two halves, combined (Kirsch and Mitzenmacher 2006)."""
        first, second = _TWO_HASHES.unpack_from(digest)
        return ((first + turn * (second | 1)) % self.bits for turn in range(self.hashes))


def password_digest(password: str) -> bytes:
    """Return the digest that published lists of breached passwords are made of: SHA-1, for looking up only."""
    return sha1(password.encode("utf-8", "surrogateescape"), usedforsecurity=False).digest()


class FilterFile:
    """Implements `BreachedPasswords` over a filter file."""

    def __init__(self, path: Path) -> None:
        """Map the file; raise FilterFileError when it is none, OSError when it cannot be read."""
        with path.open("rb") as file:
            self.shape = read_shape(file, path.stat().st_size)
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def contains(self, password: str) -> bool:
        """Answer whether a password is known; one in a thousand others is taken for a known one."""
        return all(
            self._bytes[_HEADER.size + place // 8] & 1 << place % 8
            for place in self.shape.places(password_digest(password))
        )

    def close(self) -> None:
        """Close the file."""
        self._bytes.close()


class NoBreachedPasswords:
    """Implements `BreachedPasswords` where no file is set: the built-in lists are then all there is."""

    def contains(self, password: str) -> bool:  # noqa: ARG002 - the port's parameter
        """Answer no."""
        return False


class FilterWriter:
    """Fills a new filter file; `add` each digest, then leave the context."""

    def __init__(self, file: BinaryIO, count: int) -> None:
        """Take an empty file open for reading and writing, and how many passwords will come at most."""
        self._shape = FilterShape.for_passwords(count)
        file.truncate(self._shape.file_size)
        file.write(_HEADER.pack(_MARK, self._shape.bits, self._shape.hashes, count))
        file.flush()
        self._bytes = mmap.mmap(file.fileno(), 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bytes.flush()
        self._bytes.close()

    def add(self, digest: bytes) -> None:
        """Set the bits of one SHA-1 digest."""
        for place in self._shape.places(digest):
            self._bytes[_HEADER.size + place // 8] |= 1 << place % 8


def read_shape(file: BinaryIO, size: int) -> FilterShape:
    """Return the shape from a file's header; raise FilterFileError if it is no filter or not whole."""
    header = file.read(_HEADER.size)
    if len(header) < _HEADER.size or not header.startswith(_MARK):
        raise FilterFileError("is no filter made by `idp passwords build-filter`")
    _, bits, hashes, passwords = _HEADER.unpack(header)
    shape = FilterShape(bits, hashes, passwords)
    if bits < 1 or not 1 <= hashes <= 32 or size != shape.file_size:
        raise FilterFileError("is a filter that was cut short; build it again")
    return shape
