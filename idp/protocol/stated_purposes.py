"""What a client says that single claims are for (`purpose`, OpenID Identity Assurance 6): its words, for the person.

They are quoted on the page that asks for consent, and a consent that was given for other words does not cover them
(Luật 91/2025 Đ9: consent is given for a purpose).
"""

from collections.abc import Iterable
from hashlib import sha256

import orjson
from msgspec import Struct

from idp.protocol.device.readable import readable
from idp.protocol.requested_claims import VERIFIED, GrantedClaim

_SHORTEST, _LONGEST = 3, 300
# In a kept consent: the last purposes that were agreed to, as a digest of them.
_AGREED = "purpose:"
_DIGITS = 24


class StatedPurpose(Struct, frozen=True):
    """One claim, by its own name where it is a member of `verified_claims`, and what it is for."""

    claim: str
    text: str


def is_purpose(text: str) -> bool:
    """Say whether a text may be shown as a purpose: one line of 3 to 300 characters in NFC, none of them hidden."""
    return len(text) >= _SHORTEST and readable(text, _LONGEST) == text


def stated_purposes(granted: Iterable[GrantedClaim]) -> tuple[StatedPurpose, ...]:
    """Return the purposes of the claims that were granted, each once."""
    stated = (StatedPurpose(one.name.removeprefix(f"{VERIFIED}."), one.purpose) for one in granted if one.purpose)
    return tuple(dict.fromkeys(stated))


def agreed_purposes(purposes: Iterable[StatedPurpose]) -> tuple[str, ...]:
    """Return the word that a consent keeps for the purposes that were read; none where none were stated."""
    stated = sorted((one.claim, one.text) for one in purposes)
    return (f"{_AGREED}{sha256(orjson.dumps(stated)).hexdigest()[:_DIGITS]}",) if stated else ()


def is_agreed_purpose(word: str) -> bool:
    """Say whether a word of a kept consent is about purposes, and is no scope."""
    return word.startswith(_AGREED)
