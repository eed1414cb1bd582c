"""What passkeys need from outside: something that speaks WebAuthn."""

from collections.abc import Collection
from typing import Protocol

from idp.factors.passkey.model import CreatedKey, KeyOwner, PresentedKey, ShownKey


class PasskeyCeremonies(Protocol):
    """Writes the options that browsers are given, and checks the answers of authenticators.

    Options and answers are the JSON forms of WebAuthn Level 3, 5.1. The reading methods raise
    `PasskeyRefusedError`, whatever the text holds.
    """

    def creation_options(self, owner: KeyOwner, challenge: bytes, known: Collection[bytes]) -> str:
        """Return options for a discoverable, user-verified key; authenticators that hold a `known` one refuse."""

    def request_options(self, challenge: bytes, allowed: Collection[bytes]) -> str:
        """Return options for showing one of the `allowed` credentials, or any of the site when there are none."""

    def read_created(self, answer: str, challenge: bytes) -> CreatedKey:
        """Return the new credential of a registration answer (WebAuthn Level 3, 7.1)."""

    def read_presented(self, answer: str) -> PresentedKey:
        """Return which credential an authentication answer names."""

    def read_shown(self, answer: str, challenge: bytes, public_key: bytes) -> ShownKey:
        """Return an authentication answer that `public_key` verifies (WebAuthn Level 3, 7.2)."""
