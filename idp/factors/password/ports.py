"""What passwords need from outside: a hasher that stops nothing else, and the list of breached ones."""

from enum import StrEnum
from typing import Protocol


class Lane(StrEnum):
    """Whose hashes wait together. Those of people whom an account knows wait behind no unrecognised device's."""

    RECOGNISED = "recognised"
    ANYBODY = "anybody"


class PasswordHasher(Protocol):
    """Hashes and verifies passwords. Passwords are given as typed; normalisation (NFC) is the hasher's.

    Both operations raise `TemporarilyUnavailableError`, with the time to come again, when too many are waiting.
    """

    async def hash(self, password: str, lane: Lane = Lane.ANYBODY) -> str:
        """Return the salted hash to store; raise `PasswordTooLongError` beyond `policy.MAX_LENGTH`."""

    async def verify(
        self,
        hash: str | None,  # noqa: A002 - the word of the field
        password: str,
        lane: Lane = Lane.ANYBODY,
    ) -> bool:
        """Answer whether the password is right; None stands for an unknown account: same work, always False.

        Raises `PasswordHashBrokenError` when the stored hash cannot be read.
        """

    def needs_rehash(self, hash: str) -> bool:  # noqa: A002 - the word of the field
        """Answer whether the hash was made otherwise than today's are."""


class EvenPasswordHasher(PasswordHasher, Protocol):
    """Verifies so that time tells nobody whether there was anything to verify (EN-1)."""

    async def pretend(
        self,
        hash: str | None,  # noqa: A002 - the word of the field
        password: str,
        lane: Lane = Lane.ANYBODY,
    ) -> None:
        """Do the work of `verify` for nobody: `hash` is another account's, whose cost an unknown one shall have."""


class BreachedPasswords(Protocol):
    """The passwords that breaches have made known to everybody who guesses."""

    def contains(self, password: str) -> bool:
        """Answer whether a password (NFC) is known; may take another for a known one, never a known one for another.

        Works without the network, in well under a millisecond.
        """
