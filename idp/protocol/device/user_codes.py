"""The code that a person types (RFC 8628 6.1): twenty consonants that spell no word and cannot be misread."""

from secrets import choice
from typing import Final

from idp.protocol.provider import Provider

# Without vowels, and without what looks or sounds like another: 20^8 codes are 34.5 bits.
ALPHABET: Final = "BCDFGHJKLMNPQRSTVWXZ"
LENGTH: Final = 8
_GROUP: Final = 4
# As long as a code may be with whatever people type between its letters.
LONGEST_TYPED: Final = 40


def new_user_code() -> str:
    """Return eight letters by chance."""
    return "".join(choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """Return a code in its two groups, as devices and pages show it."""
    return f"{code[:_GROUP]}-{code[_GROUP:]}"


def typed_code(text: str) -> str | None:
    """Return the code in what somebody typed, in any case and with any signs between; None if there is none.

    A letter outside the alphabet is a slip of the finger and makes no code: it must not become a wrong guess.
    """
    if len(text) > LONGEST_TYPED:
        return None
    letters = [letter for letter in text.upper() if letter.isalnum()]
    return "".join(letters) if len(letters) == LENGTH and set(letters) <= set(ALPHABET) else None


def user_hash(provider: Provider, code: str) -> bytes:
    """Return what a code is kept as: keyed, because 34 bits without a key are tried in a minute."""
    return provider.token_hash.digest(f"user_code|{code}")
