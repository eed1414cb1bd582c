"""Single claims that a client was granted by the `claims` parameter, as codes, grants and consents keep them.

A value that a claim must have is kept as a keyed hash: what a client guesses of a person is not written down.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from typing import Literal

import orjson
from msgspec import Struct

from idp.kernel.secrets import HashKey
from idp.protocol.policy import SCOPES

Place = Literal["userinfo", "id_token"]
_MARKS: Mapping[str, Place] = {"u": "userinfo", "i": "id_token"}
_LETTERS: Mapping[Place, str] = {place: letter for letter, place in _MARKS.items()}
# In a kept consent: a claim that no scope stands for.
_AGREED = "claim:"
# OpenID Identity Assurance 6: a member of `verified_claims.claims` is a claim of its own here.
VERIFIED = "verified_claims"
# No claim, but how old the verification of those beside it may be, in seconds.
OLDEST = f"{VERIFIED}.max_age"
_DIGEST_BYTES = 16
SCOPE_OF_CLAIM: Mapping[str, str] = {
    claim: scope for scope, claims in SCOPES.items() for claim in claims if claim != "sub"
}


class GrantedClaim(Struct, frozen=True):
    """One claim, where it goes, and the values of which it must have one; no values mean any.

    `purpose` is shown to the person who is asked, and is no part of the word that is kept.
    """

    place: Place
    name: str
    digests: tuple[str, ...] = ()
    purpose: str = ""

    @property
    def claim(self) -> str:
        """Return the claim that it is a part of, or is itself."""
        return self.name.partition(".")[0]

    def word(self) -> str:
        """Return the granted claim as one word."""
        digests = f"={','.join(self.digests)}" if self.digests else ""
        return f"{_LETTERS[self.place]}:{self.name}{digests}"


def read_granted(words: Iterable[str]) -> tuple[GrantedClaim, ...]:
    """Return the claims that `GrantedClaim.word` wrote."""
    return tuple(_read(word) for word in words)


def _read(word: str) -> GrantedClaim:
    mark, _, rest = word.partition(":")
    name, _, digests = rest.partition("=")
    return GrantedClaim(_MARKS[mark], name, tuple(digests.split(",")) if digests else ())


def granted_at(words: Iterable[str], place: Place) -> tuple[GrantedClaim, ...]:
    """Return those of the claims that go to one place."""
    return tuple(granted for granted in read_granted(words) if granted.place == place)


def digest_of(key: HashKey, name: str, value: object) -> str:
    """Return the keyed hash of a claim's value; values that JSON holds to be one have one."""
    written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return urlsafe_b64encode(key.digest(f"claim|{name}|{written}")[:_DIGEST_BYTES]).rstrip(b"=").decode("ascii")


def chosen(key: HashKey, granted: Iterable[GrantedClaim], had: Mapping[str, object]) -> dict[str, object]:
    """Return what of a person's claims was granted, and has a value that was asked for (OIDC Core 5.5.1)."""
    return {
        one.name: had[one.name]
        for one in granted
        if one.name in had and (not one.digests or digest_of(key, one.name, had[one.name]) in one.digests)
    }


def scopes_of(granted: Iterable[GrantedClaim]) -> tuple[str, ...]:
    """Return the scopes that the claims belong to."""
    return tuple(dict.fromkeys(SCOPE_OF_CLAIM[one.claim] for one in granted))


def claims_of(words: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the claims that were granted, each once, in the order of the words."""
    return tuple(dict.fromkeys(one.claim for one in read_granted(words)))


def agreed_claims(scope: Iterable[str], words: Iterable[str]) -> tuple[str, ...]:
    """Return the words that a consent keeps for claims that its scopes do not stand for."""
    scopes = frozenset(scope)
    names = dict.fromkeys(one.name for one in read_granted(words) if SCOPE_OF_CLAIM[one.claim] not in scopes)
    return tuple(f"{_AGREED}{name}" for name in names if name != OLDEST)


def claims_among(words: Iterable[str]) -> tuple[str, ...]:
    """Return the claims among the words of a kept consent."""
    agreed = (word.removeprefix(_AGREED) for word in words if word.startswith(_AGREED))
    return tuple(dict.fromkeys(name.partition(".")[0] for name in agreed))


def is_agreed_claim(word: str) -> bool:
    """Say whether a word of a kept consent is about a claim, and is no scope."""
    return word.startswith(_AGREED)
