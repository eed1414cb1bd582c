"""Hashes of other systems inside one of ours: we store how the inner one was made, not its value.

A stored text is `$wrapped1$RECIPE$argon2id$...`, with our pepper before it `$pepper1`. The Argon2id is that of the
recipe and the foreign digest together, so neither can be exchanged by itself.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64Error

from msgspec import Struct

from idp.factors.password.foreign_hashes import (
    MOST_ARGON2_KIB,
    MOST_ARGON2_PASSES,
    MOST_BCRYPT_COST,
    MOST_ROUNDS,
    ForeignHash,
    HashKind,
)
from records.structs import Unprinted

WRAPPED = "$wrapped1$"
_DIGESTS = frozenset({"sha1", "sha256", "sha512"})
_BCRYPT_SALT = slice(7, 29)
_RECIPE = re.compile(
    r"([a-z0-9_]{1,16}),([a-z0-9]{1,8}),(\d{1,8}),(\d{1,3}),([A-Za-z0-9+/=]{0,700}),([01]),(\d{1,8}),(\d{1,2})"
)


class Recipe(Unprinted, Struct, frozen=True):
    """How a foreign digest is made of a password: everything that its text says but the digest itself.

    `rounds` are those of PBKDF2, the cost of bcrypt, the passes of Argon2; `size` is the digest's in bytes, of bcrypt
    in letters. bcrypt's salt is the text of 22 letters, in a base64 of its own.
    """

    kind: HashKind
    algorithm: str
    rounds: int
    size: int
    salt: bytes
    salt_first: bool = False
    memory_kib: int = 0
    lanes: int = 1

    def text(self) -> str:
        """Return the recipe as it is stored."""
        salt = b64encode(self.salt).decode()
        fields = (self.kind.value, self.algorithm, self.rounds, self.size, salt, int(self.salt_first), self.memory_kib)
        return ",".join(str(one) for one in (*fields, self.lanes))


def recipe_of(foreign: ForeignHash) -> tuple[Recipe, bytes]:
    """Return how a hash was made, and the digest that came out."""
    kind, parts = foreign.kind, foreign.text.split("$")
    if kind is HashKind.BCRYPT:
        digest = foreign.text[_BCRYPT_SALT.stop :].encode()
        return Recipe(kind, parts[1], int(parts[2]), len(digest), foreign.text[_BCRYPT_SALT].encode()), digest
    if kind is HashKind.ARGON2:
        costs = dict(one.split("=") for one in parts[3].split(","))
        salt, digest = _base64(parts[4]), _base64(parts[5])
        passes, memory_kib, lanes = int(costs["t"]), int(costs["m"]), int(costs["p"])
        return Recipe(kind, parts[1], passes, len(digest), salt, memory_kib=memory_kib, lanes=lanes), digest
    made = Recipe(kind, foreign.algorithm, foreign.rounds, len(foreign.digest), foreign.salt, foreign.salt_first)
    return made, foreign.digest


def read_wrapped(text: str) -> tuple[Recipe, str] | None:
    """Return the recipe and the Argon2 text of a wrapped hash without its pepper's mark; None if it is none."""
    recipe, mark, argon2 = text.removeprefix(WRAPPED).partition("$argon2id$")
    found = _RECIPE.fullmatch(recipe)
    if not text.startswith(WRAPPED) or not mark or found is None:
        return None
    kind, algorithm, rounds, size, salt, salt_first, memory_kib, lanes = found.groups()
    try:
        costs = (int(memory_kib), int(lanes))
        read = Recipe(HashKind(kind), algorithm, int(rounds), int(size), _base64(salt), salt_first == "1", *costs)
    except (NotBase64Error, ValueError):
        return None
    return (read, mark + argon2) if _bearable(read) else None


def _bearable(recipe: Recipe) -> bool:
    match recipe.kind:
        case HashKind.BCRYPT:
            return recipe.algorithm[:1] == "2" and 4 <= recipe.rounds <= MOST_BCRYPT_COST
        case HashKind.ARGON2:
            costs = recipe.rounds <= MOST_ARGON2_PASSES and recipe.memory_kib <= MOST_ARGON2_KIB
            return costs and recipe.algorithm in {"argon2id", "argon2i", "argon2d"}
        case HashKind.PBKDF2 | HashKind.SALTED_SHA:
            return recipe.algorithm in _DIGESTS and 1 <= recipe.rounds <= MOST_ROUNDS


def _base64(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), validate=True)
