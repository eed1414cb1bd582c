"""Password hashes that other systems made, as texts: what each says of itself, and whether its cost is bearable.

bcrypt and Argon2 as their makers write them; PBKDF2 as passlib and Django write it; salted SHA as LDAP directories
(RFC 2307), WSO2 Identity Server, and portals with a salt of their own before or after the password have it.
"""

import hashlib
import re
from base64 import b64decode
from binascii import Error as NotBase64Error
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from records.structs import Unprinted

# One verification may keep a thread of the pool busy for about a second, no longer: whoever writes the file of an
# import must not be able to stop sign-in.
MOST_BCRYPT_COST, MOST_ROUNDS, MOST_ARGON2_KIB, MOST_ARGON2_PASSES, _LONGEST = 14, 2_000_000, 262_144, 10, 512

_LEAST_SALT_BYTES = 4
# Stands where there is no password: an imported account whose owner signed in by other means.
NO_PASSWORD = "-"  # noqa: S105 (the absence of one)

_BCRYPT = re.compile(r"\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{53}")
_ARGON2 = re.compile(r"\$argon2(?:id|i|d)\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=\d{1,2}\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")
_PASSLIB = re.compile(r"\$pbkdf2-(sha256|sha512)\$(\d{1,8})\$([./A-Za-z0-9]*)\$([./A-Za-z0-9]+)")
_DJANGO = re.compile(r"pbkdf2_(sha256|sha512)\$(\d{1,8})\$([^$\s]+)\$([A-Za-z0-9+/=]+)")
_LDAP = re.compile(r"\{(SSHA|SSHA256|SSHA512)\}([A-Za-z0-9+/=]+)")
_WSO2 = re.compile(r"\{WSO2-SHA-?(1|256|512)\}([^$\s]*)\$([A-Za-z0-9+/=]+)")
_SALTED = re.compile(r"\$(sha1|sha256|sha512)-(prefix|suffix)\$([A-Za-z0-9+/=]*)\$([A-Za-z0-9+/=]+)")

_LDAP_NAMES: Mapping[str, str] = {"SSHA": "sha1", "SSHA256": "sha256", "SSHA512": "sha512"}


class HashKind(StrEnum):
    """How a hash was made."""

    ARGON2 = "argon2"
    BCRYPT = "bcrypt"
    PBKDF2 = "pbkdf2"
    SALTED_SHA = "salted_sha"


class ForeignHash(Unprinted, Struct, frozen=True):
    """A hash of a known kind. Of bcrypt and Argon2, whose libraries read the text themselves, only the text counts."""

    kind: HashKind
    text: str
    algorithm: str = ""
    rounds: int = 1
    salt: bytes = b""
    digest: bytes = b""
    salt_first: bool = False


def read_foreign_hash(text: str) -> ForeignHash | None:
    """Return what a text says of itself; None if it is no hash of a known kind, or too costly to verify."""
    if len(text) > _LONGEST:
        return None
    try:
        found = _read(text)
    except (NotBase64Error, ValueError):
        return None
    if found is None or found.kind in {HashKind.ARGON2, HashKind.BCRYPT}:
        return found
    if found.kind is HashKind.PBKDF2:
        return found if 1 <= found.rounds <= MOST_ROUNDS and 16 <= len(found.digest) <= 64 else None
    # A digest of another length was made by something else than it says.
    return found if len(found.digest) == hashlib.new(found.algorithm).digest_size else None


def imported_password_hash(text: str) -> str | None:
    """Return what an import keeps of a hash; None if it is none that can be verified.

    SP 800-63B-4 3.1.1.2: a salt has at least 32 bits. With less, one table finds the passwords of everybody at once,
    so such a hash counts as none: its owner recovers the account.
    """
    found = read_foreign_hash(text)
    if found is None:
        return None
    # Argon2 and bcrypt cannot be made without one.
    salted = found.kind in {HashKind.ARGON2, HashKind.BCRYPT} or len(found.salt) >= _LEAST_SALT_BYTES
    return text if salted else NO_PASSWORD


def _read(text: str) -> ForeignHash | None:
    if found := _BCRYPT.fullmatch(text):
        return ForeignHash(HashKind.BCRYPT, text) if 4 <= int(found[1]) <= MOST_BCRYPT_COST else None
    if found := _ARGON2.fullmatch(text):
        bearable = int(found[1]) <= MOST_ARGON2_KIB and int(found[2]) <= MOST_ARGON2_PASSES
        return ForeignHash(HashKind.ARGON2, text) if bearable else None
    return _read_pbkdf2(text) or _read_salted(text)


def _read_pbkdf2(text: str) -> ForeignHash | None:
    if found := _PASSLIB.fullmatch(text):
        salt, digest = _passlib_base64(found[3]), _passlib_base64(found[4])
        return ForeignHash(HashKind.PBKDF2, text, found[1], int(found[2]), salt, digest)
    if found := _DJANGO.fullmatch(text):
        return ForeignHash(HashKind.PBKDF2, text, found[1], int(found[2]), found[3].encode(), _base64(found[4]))
    return None


def _read_salted(text: str) -> ForeignHash | None:
    kind = HashKind.SALTED_SHA
    if found := _LDAP.fullmatch(text):
        algorithm, both = _LDAP_NAMES[found[1]], _base64(found[2])
        size = hashlib.new(algorithm).digest_size
        return ForeignHash(kind, text, algorithm, salt=both[size:], digest=both[:size])
    if found := _WSO2.fullmatch(text):
        # WSO2 appends the salt as the text that it stores, not as the bytes that the text stands for.
        return ForeignHash(kind, text, f"sha{found[1]}", salt=found[2].encode(), digest=_base64(found[3]))
    if found := _SALTED.fullmatch(text):
        salt, digest = _base64(found[3]), _base64(found[4])
        return ForeignHash(kind, text, found[1], salt=salt, digest=digest, salt_first=found[2] == "prefix")
    return None


def _base64(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), validate=True)


def _passlib_base64(text: str) -> bytes:
    return _base64(text.replace(".", "+"))
