"""Challenges for passkeys: sealed into the page instead of stored, so that asking costs no write and loses nothing."""

import binascii
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from idp.account.model import Account
from idp.factors.passkey.model import CHALLENGE_BYTES
from idp.grants.model import ClaimOnce
from idp.kernel.secrets import SealBrokenError, Sealer

# A sign-in page with its passkey prompt stays open while a person looks for their papers.
CHALLENGE_LIFE = timedelta(minutes=30)


class Challenge(Struct, frozen=True):
    """Random bytes for an authenticator to sign, good once and until `expires_at`."""

    value: bytes
    expires_at: datetime

    @property
    def claim(self) -> ClaimOnce:
        """Return the durable claim that uses the challenge up; it belongs to the commit of what it yields."""
        return ClaimOnce(purpose="passkey_challenge", value_hash=self.value, expires_at=self.expires_at)


class PasskeyChallenges(Struct, frozen=True):
    """Makes challenges and knows them again, for one browser, purpose and account (WebAuthn Level 3, 13.4.3)."""

    sealer: Sealer

    def begin(self, purpose: str, browser: str, account: Account | None, now: datetime) -> tuple[Challenge, str]:
        """Return a new challenge and its name for a hidden field: the challenge itself, sealed."""
        challenge = Challenge(secrets.token_bytes(CHALLENGE_BYTES), now + CHALLENGE_LIFE)
        sealed = self.sealer.shown().seal(msgspec.msgpack.encode(challenge), _place(purpose, browser, account))
        return challenge, urlsafe_b64encode(sealed).decode("ascii")

    def open(self, name: str, purpose: str, browser: str, account: Account | None) -> Challenge | None:
        """Return the challenge of a name; None if it is none of ours, or of another browser, purpose or account."""
        try:
            sealed = urlsafe_b64decode(name.encode())
            raw = self.sealer.shown().open(sealed, _place(purpose, browser, account))
        except (SealBrokenError, binascii.Error, ValueError):
            return None
        return msgspec.msgpack.decode(raw, type=Challenge)


def _place(purpose: str, browser: str, account: Account | None) -> str:
    return f"passkey_challenge:{purpose}:{browser}:{account.id if account else ''}"
