"""Foreign digests of typed passwords, and Argon2id over the digests that an import brings (RFC 9106)."""

import hashlib
import hmac

import bcrypt
from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError
from argon2.low_level import Type, hash_secret_raw
from msgspec import Struct

from idp.adapters.hashing.parameters import Argon2Parameters
from idp.factors.password.errors import PasswordHashBrokenError
from idp.factors.password.foreign_hashes import (
    NO_PASSWORD,
    HashKind,
    imported_password_hash,
    read_foreign_hash,
)
from idp.factors.password.wrapped_hashes import WRAPPED, Recipe, recipe_of
from records.structs import Unprinted

# Stands before an Argon2 hash of what was keyed with the pepper.
PEPPERED = "$pepper1"
# bcrypt reads no further; its makers cut silently, the library of today wants to be told.
_BCRYPT_BYTES = 72
_ARGON2_TYPES = {"argon2id": Type.ID, "argon2i": Type.I, "argon2d": Type.D}


class Argon2Wrapper(Unprinted, Struct, frozen=True):
    """Wraps hashes of other systems; without a pepper, as the pool hashes without one. Passes between processes."""

    parameters: Argon2Parameters
    pepper: bytes | None

    def wrap(self, stored: str) -> str:
        """Return what to store in place of a hash; `PasswordHashBrokenError` if it is none.

        Argon2 of today's parameters stays until its owner's next sign-in: it costs who guesses as much.
        """
        if stored == NO_PASSWORD or stored.startswith((PEPPERED, WRAPPED)):
            return stored
        argon2 = argon2_of(self.parameters)
        if costs_as(argon2, stored):
            return stored
        kept = imported_password_hash(stored)
        if kept == NO_PASSWORD:
            return NO_PASSWORD
        foreign = read_foreign_hash(stored)
        if foreign is None:
            raise PasswordHashBrokenError("not a hash of a known kind")
        recipe, digest = recipe_of(foreign)
        made = WRAPPED + recipe.text() + argon2.hash(wrapped_secret(recipe, digest, self.pepper))
        return made if self.pepper is None else PEPPERED + made


def argon2_of(parameters: Argon2Parameters) -> Argon2:
    """Return the library's hasher."""
    return Argon2(
        time_cost=parameters.passes,
        memory_cost=parameters.memory_kib,
        parallelism=parameters.lanes,
        hash_len=32,
        salt_len=16,
    )


def costs_as(argon2: Argon2, text: str) -> bool:
    """Answer whether a text is an Argon2 hash of these parameters."""
    try:
        return not argon2.check_needs_rehash(text)
    except InvalidHashError:
        return False


def wrapped_secret(recipe: Recipe, digest: bytes, pepper: bytes | None) -> bytes:
    """Return what the Argon2id is of: recipe and digest, keyed."""
    return keyed((WRAPPED + recipe.text() + "$").encode() + digest, pepper)


def keyed(value: bytes, pepper: bytes | None) -> bytes:
    """Return the HMAC-SHA256 under the pepper, or the value where there is none."""
    return value if pepper is None else hmac.digest(pepper, value, "sha256")


def foreign_digest(recipe: Recipe, password: bytes) -> bytes:
    """Return what the other system would have made of a password; `PasswordHashBrokenError` if it could not have."""
    try:
        return _digest(recipe, password)
    except (ValueError, OverflowError) as error:
        raise PasswordHashBrokenError("the recipe of a wrapped hash cannot be followed") from error


def _digest(recipe: Recipe, password: bytes) -> bytes:
    match recipe.kind:
        case HashKind.BCRYPT:
            begin = f"${recipe.algorithm}${recipe.rounds:02d}$".encode() + recipe.salt
            return bcrypt.hashpw(password[:_BCRYPT_BYTES], begin)[-recipe.size :]
        case HashKind.ARGON2:
            return _argon2_digest(recipe, password)
        case HashKind.PBKDF2:
            return hashlib.pbkdf2_hmac(recipe.algorithm, password, recipe.salt, recipe.rounds, recipe.size)
        case HashKind.SALTED_SHA:
            salted = recipe.salt + password if recipe.salt_first else password + recipe.salt
            return hashlib.new(recipe.algorithm, salted).digest()


def _argon2_digest(recipe: Recipe, password: bytes) -> bytes:
    kind = _ARGON2_TYPES[recipe.algorithm]
    return hash_secret_raw(password, recipe.salt, recipe.rounds, recipe.memory_kib, recipe.lanes, recipe.size, kind)
